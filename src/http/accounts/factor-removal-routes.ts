/** The route on which an owner removes a factor of which an account has one at most, such as an authenticator app. */
import { Hono } from 'hono';
import { type CompletedLogin, type LoginDeps, type LoginVariables, loginGate, secondFactorGate } from '../authentication/logins.ts';
import { type DocumentContext, type JsonObject, operation, problems } from '../openapi/operation.ts';
import { Problem } from '../problems/problem.ts';
import { accountTag } from './me-paths.ts';

export interface RemovableFactor {
  /** Such as `/v1/me/authenticator-app`. */
  readonly path: string;
  readonly operationId: string;
  /** The name of the factor in a sentence, such as `the authenticator app`. */
  readonly title: string;
}

export interface FactorRemovalDeps extends LoginDeps {
  /** Removes the factor and tells the owner. @returns true if the account had it */
  readonly remove: (login: CompletedLogin) => Promise<boolean>;
}

export function factorRemovalRoutes({ path, title }: RemovableFactor, deps: FactorRemovalDeps): Hono {
  const app = new Hono<{ Variables: LoginVariables }>();
  app.delete(path, loginGate(deps), secondFactorGate(deps), async (c) => {
    if (!(await deps.remove(c.get('login')))) throw new Problem('not-found', `The account does not have ${title}`);
    return c.body(null, 204);
  });
  // The variable `login` is set for this route alone: no other route sees its type.
  return new Hono().route('/', app);
}

export function factorRemovalPaths({ path, operationId, title }: RemovableFactor, context: DocumentContext): JsonObject {
  const remove = {
    operationId,
    tag: accountTag.name,
    security: ['accessToken'],
    summary: `Remove ${title}`,
    description: `Removes ${title} from the account, also for logins that are under way. The owner gets an email. The request needs a login with a recent second factor.`,
    success: { status: 204 as const, description: 'The account no longer has it', content: {} },
    problems: problems('unauthenticated', 'second-factor-required', 'not-found', 'internal-error', 'unavailable'),
  };
  return { [path]: { delete: operation(remove, context) } };
}
