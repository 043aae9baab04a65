/**
 * `chooseFactor`, `proveFactor`, `enrolFactor`: the resolvers of factors. Each answer uses up its request, so that no answer counts twice.
 * The machine learns only the kind of the choice and the result of the answer.
 */
import type { Factor, FactorAnswer, FactorSession, FactorVerdict } from '../common/factor.ts';
import type { RequestContext, Resolution, Resolver, ResolvingSession } from '../engine/ports.ts';
import { blockedBy, CountedGuesses } from './code.ts';
import type { CodeGuesses } from './code-guesses.ts';
import { type FactorOffers, requestNumber } from './factor-offers.ts';
import type { ReserveGuess } from './login-account.ts';
import { type AccountFacts, isOutdated } from './outdated.ts';

type Body = Readonly<Record<string, unknown>>;

export function chooseFactorResolver(offers: FactorOffers): Resolver {
  return {
    event: async (body, { personal, ...session }) => {
      if (!asksFactor(session)) return { payload: { choice: 'missing' } };
      const chosen = await offers.choose(body, personal, session);
      switch (chosen.choice) {
        case 'factor':
          return { payload: { choice: 'factor' }, personal: chosen.personal };
        case 'code':
          return { payload: { choice: 'code', channel: chosen.channel }, personal: chosen.personal };
        default:
          return { payload: { choice: chosen.choice } };
      }
    },
  };
}

export interface ProofDeps extends AccountFacts {
  readonly offers: FactorOffers;
  /** Counts the guess for the account until the next correct one. */
  readonly reserve: ReserveGuess;
  /** Counts the guess for weeks, even after correct ones. */
  readonly guesses: Pick<CodeGuesses, 'reserve' | 'forgive' | 'withdraw'>;
}

export function proveFactorResolver(deps: ProofDeps): Resolver {
  const { offers, guesses } = deps;
  const counted = new CountedGuesses(guesses);
  /** Every answer is followed by another request. */
  const refused = async (result: string, session: ResolvingSession): Promise<Resolution> => {
    const personal = await offers.again(session.personal, session);
    return { payload: { result }, personal, personalIfRefused: personal };
  };
  return {
    event: async (body, session, requestContext) => {
      if (!isCompared(session)) {
        await counted.withdraw(body);
        return { payload: { result: 'wrong' } };
      }
      if (body['failure'] !== undefined) return refused(String(body['failure']), session);
      if (await isOutdated(session.personal, deps)) return { payload: { result: 'outdated' } };
      const factor = await offers.chosen(session.personal);
      if (factor === null) return refused('changed', session);
      const block = factor.isGuessable ? await reserved(body, session, requestContext, counted, deps) : null;
      if (block !== null) return block;
      const verdict = await factor.verify(answerIn(body), provingSession(session), requestContext.attempt);
      if (verdict.result !== 'correct') return refused(verdict.result, session);
      if (factor.isGuessable) await guesses.forgive(guessOf(session, requestContext));
      return proved(verdict, session, deps);
    },
  };
}

type Correct = Extract<FactorVerdict, { readonly result: 'correct' }>;

async function proved({ methods, left, isRunningOut }: Correct, session: ResolvingSession, { offers }: ProofDeps): Promise<Resolution> {
  const { personal } = session;
  const enrols = await offers.toEnrol(personal['accountId'] ?? '', session);
  const uses = left === undefined ? {} : { left: isRunningOut === true ? 'few' : 'more' };
  return {
    payload: { result: 'correct', ...uses, ...(enrols === null ? {} : { enrols: true }) },
    personal: {
      ...personal,
      methods: methods.join(' '),
      proved: 'factor',
      ...(left === undefined ? {} : { factorUsesLeft: String(left) }),
      ...(enrols === null ? {} : await enrolmentOf(enrols, session)),
    },
  };
}

export interface EnrolmentDeps extends AccountFacts {
  readonly named: (name: string) => Factor | undefined;
}

export function enrolFactorResolver({ named, ...facts }: EnrolmentDeps): Resolver {
  return {
    event: async (body, session) => {
      const { personal } = session;
      // The answer stores the session again, so that its history shows the failure. A step that changes nothing is not stored.
      if (body['failure'] !== undefined) return { payload: { result: String(body['failure']) }, personal };
      if (await isOutdated(personal, facts)) return { payload: { result: 'outdated' } };
      const factor = named(personal['enrols'] ?? '');
      if (factor === undefined) return { payload: { result: 'wrong' } };
      const verdict = await factor.verifyEnrolment(answerIn(body), enrollingSession(session));
      if (verdict.result !== 'correct') return { payload: { result: verdict.result } };
      return { payload: { result: 'correct' }, personal: { ...personal, credential: JSON.stringify(verdict.credential) } };
    },
  };
}

/** The personal details of a session that goes on with the enrolment of a factor. */
export async function enrolmentOf(factor: Factor, session: Pick<ResolvingSession, 'id' | 'keyId' | 'workflow' | 'at' | 'personal'>) {
  const { email = '' } = session.personal;
  return { enrols: factor.name, enrolment: JSON.stringify(await factor.enrolment(enrollingSession(session), { email })) };
}

/** @returns null if the guess may be compared; otherwise its refusal */
async function reserved(
  body: Body,
  session: ResolvingSession,
  requestContext: RequestContext,
  counted: CountedGuesses,
  { reserve }: ProofDeps,
): Promise<Resolution | null> {
  const guess = guessOf(session, requestContext);
  const { destination: accountId, id, at } = guess;
  const blocked = (by: Parameters<typeof blockedBy>[0]): Resolution => ({ ...blockedBy(by), payload: { result: 'blocked' } });
  const verdict = await counted.reserve(body, guess);
  if (verdict.refusal !== null) return blocked(verdict.refusal);
  const changes = Number(session.personal['changes'] ?? -1);
  const refusal = await reserve({ accountId, id, authenticator: 'factor', changes, at });
  if (refusal === null) return null;
  await counted.withdraw(body);
  if (refusal === 'outdated') return { payload: { result: 'outdated' } };
  return blocked({ ...refusal, limit: refusal.until === null ? 'account-channel-closed' : 'account-blocked' });
}

/** In a throttled account, each guess takes its own place of the day. */
function guessOf({ id: sessionId, personal, at }: ResolvingSession, { attempt, caller }: RequestContext) {
  return { id: attempt, code: `${sessionId}:factor:${attempt}`, destination: personal['accountId'] ?? '', caller, at };
}

/** True if a factor may be chosen. In another state there may be no account yet. */
function asksFactor({ preview }: Pick<ResolvingSession, 'preview'>): boolean {
  const answer = preview({ choice: 'missing' });
  return answer?.kind === 'refused' && answer.code === 'no-such-factor';
}

/** True if an answer may be compared. An answer in another state is not compared, and uses nothing up. */
function isCompared({ preview }: Pick<ResolvingSession, 'preview'>): boolean {
  const answer = preview({ result: 'wrong' });
  return answer?.kind === 'refused' && answer.code === 'wrong-factor';
}

function provingSession({
  id,
  keyId,
  workflow,
  at,
  personal,
}: Pick<ResolvingSession, 'id' | 'keyId' | 'workflow' | 'at' | 'personal'>): FactorSession {
  return { id, keyId, workflow, at, accountId: personal['accountId'] ?? '', request: requestNumber(personal) };
}

/** An enrolment has one request, which stays the same until it is answered. */
function enrollingSession(session: Parameters<typeof provingSession>[0]): FactorSession {
  return { ...provingSession(session), request: 0 };
}

function answerIn({ code, credential }: Body): FactorAnswer {
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof credential === 'object' && credential !== null ? { credential: credential as Readonly<Record<string, unknown>> } : {}),
  };
}
