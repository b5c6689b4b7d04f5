/** What jobs may run unless the configuration says otherwise. */

/** The executables of the jobs' image (`containers/job/Dockerfile`) that a command may begin with. */
export const JOB_EXECUTABLES = [
  ...['node', 'npm', 'npx', 'python', 'python3', 'pip', 'bash', 'sh', 'git', 'curl', 'wget', 'jq', 'sqlite3'],
  ...['awk', 'base64', 'basename', 'cat', 'cp', 'cut', 'date', 'df', 'diff', 'dirname', 'du', 'echo', 'env', 'expr'],
  ...['false', 'find', 'grep', 'gunzip', 'gzip', 'head', 'hostname', 'ls', 'md5sum', 'mkdir', 'mktemp', 'mv', 'nice'],
  ...['printenv', 'printf', 'pwd', 'rm', 'sed', 'seq', 'sha256sum', 'shuf', 'sleep', 'sort', 'split', 'stat', 'tail'],
  ...['tar', 'tee', 'test', 'timeout', 'touch', 'tr', 'true', 'uname', 'uniq', 'unzip', 'wc', 'whoami', 'xargs', 'yes'],
  ...['zip'],
];

/** Of the names of executables those that the image does not hold. */
export function missingInImage(names: readonly string[]): string[] {
  return names.filter((name) => !JOB_EXECUTABLES.includes(name));
}

/** What runs others, and words up to them. */
const RUNNER = String.raw`\b(?:env|exec|nice|nohup|time|timeout|xargs)\s+(?:\S+\s+)*`;
/** A shell's script, up to where a command begins in it. */
const SCRIPT = String.raw`\b(?:ba|da)?sh\s+(?:-\S+\s+)*-\w*c\s+(?:[\s\S]*(?:[;&|({${'`'}\n]|\b(?:then|do|else)\s)\s*)?`;
/** Where a word names a program: at the beginning, behind what runs others, or in a shell's script. */
const PROGRAM = String.raw`(?:^|${RUNNER}|${SCRIPT})["']?(?:\S*/)?`;

/** Regular expressions over a command's words, joined by spaces. */
export const DENIED_COMMANDS = [
  String.raw`${PROGRAM}(?:sudo|su|doas|shutdown|reboot|halt|poweroff|mkfs(?:\.\w+)?|mount|umount|chroot|nsenter|insmod|modprobe)(?:[\s;&|)"']|$)`,
  String.raw`\bdd\s(?:.*\s)?of=/dev/`,
  String.raw`\brm\s+(?:[^\s;&|]+\s+)*["']?(?:/+\*?|~/?|/+(?:bin|boot|dev|etc|lib|proc|root|sbin|sys|usr|var)/*\*?)["']?(?:[\s;&|)]|$)`,
  String.raw`>\s*/dev/(?:sd|hd|vd|nvme|mem|kmem)`,
  String.raw`:\s*\(\s*\)\s*\{.*:\s*\|\s*:`,
];
