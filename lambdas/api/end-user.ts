import type { Caller } from '../../core/access/caller.ts';
import { type JwtVerifier, jwtVerifier, readJwtRules } from '../../core/access/jwt.ts';
import { environment } from '../../core/aws/environment.ts';
import { secretReader } from '../../core/aws/secret.ts';

let verifyJwt: JwtVerifier | undefined;

/** The end user that a JWT names, or undefined where it is bad or this deployment takes none. */
export async function endUser(token: string): Promise<Caller | undefined> {
  verifyJwt ??= configuredVerifier();
  const subject = await verifyJwt(token);
  return subject && { kind: 'user', ...subject };
}

/**
 * A changed secret is known within this time. Reading it again whenever a token fails would let anybody cause a call to
 * Secrets Manager with every request.
 */
const SECRET_AGE_MS = 5 * 60_000;

function configuredVerifier(): JwtVerifier {
  const rules = readJwtRules(environment('JWT_RULES'));
  if (!rules) return async () => undefined;
  return jwtVerifier(rules, (name) => secretReader(() => name, SECRET_AGE_MS));
}
