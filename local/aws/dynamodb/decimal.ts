import { validation } from './errors.ts';

const MAX_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;

/**
 * `a + sign·b` without loss, in plain notation.
 * @throws AwsError ValidationException where the result leaves DynamoDB's range or 38 significant digits.
 */
export function decimalSum(a: string, b: string, sign: 1n | -1n): string {
  const [left, right] = [parts(a), parts(b)];
  const scale = Math.max(left.scale, right.scale);
  const sum = raised(left, scale) + sign * raised(right, scale);
  if (sum === 0n) return '0';
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  checkRange(whole, fraction);
  return `${sum < 0n ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

function parts(number: string): { digits: bigint; scale: number } {
  const [whole = '0', fraction = ''] = number.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function raised({ digits, scale }: { digits: bigint; scale: number }, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}

function checkRange(whole: string, fraction: string): void {
  const significant = (whole + fraction).replace(/^0+/, '');
  if (significant.replace(/0+$/, '').length > MAX_DIGITS) {
    throw validation('Attempting to store more than 38 significant digits in a Number');
  }
  // The power of ten of the first significant digit.
  const exponent = significant.length - fraction.length - 1;
  if (exponent > MAX_EXPONENT) {
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (exponent < MIN_EXPONENT) {
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
}
