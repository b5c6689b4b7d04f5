/** Things that were listed together and are erased together. */
export interface Page {
  size: number;
  erase(): Promise<void>;
}
