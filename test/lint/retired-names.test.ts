/** The names that the project no longer uses, each with its successor. To retire a name, add a row. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { paths } from './checkout.ts';

interface RetiredName {
  readonly successor: string;
  /** Files that carry the name in stored data, metrics or settings. */
  readonly except?: readonly string[];
}

/** Whole identifiers. */
const identifiers: Readonly<Record<string, RetiredName>> = {
  AcceptedEvents: { successor: 'acceptedEvents' },
  AdministeredAccount: { successor: 'AdminAccount' },
  AdmissionParts: { successor: 'AdmissionDeps' },
  Arrival: { successor: 'RequestContext' },
  Birth: { successor: 'NewSession' },
  BirthParts: { successor: 'NewSessionDeps' },
  BirthRequest: { successor: 'NewSessionRequest' },
  Circumstances: { successor: 'the name of the thing, such as PreconditionDeps' },
  CallerDeps: { successor: 'SessionAccessDeps' },
  Disowned: { successor: 'CancelledChild' },
  DueSessionsParts: { successor: 'DueSessionsDeps' },
  EngineParts: { successor: 'EngineDeps' },
  Family: { successor: 'PlayedSessions' },
  FamilyParts: { successor: 'ChildSessionDeps' },
  Foundation: { successor: 'OpenStore' },
  FoundationParts: { successor: 'OpenStoreDeps' },
  GateParts: { successor: 'AccessControlDeps' },
  Joiner: { successor: 'Batcher' },
  KeptOutcome: { successor: 'IdempotencyRecord' },
  KnownSessions: { successor: 'CachedSessions' },
  MetricsFoundation: { successor: 'MetricsAccessDeps' },
  Origin: {
    successor: 'Caller, for the one who makes a request',
    except: ['test/service/http-surface-access.test.ts', 'test/service/nasty-values.extended.test.ts'],
  },
  Outrun: { successor: 'StaleSession' },
  Remembered: { successor: 'HistoryValue' },
  RequestOriginDeps: { successor: 'RequestCallerDeps' },
  StaffFoundation: { successor: 'AdminKeyDeps' },
  StaffParts: { successor: 'AdminGateDeps' },
  StaffVariables: { successor: 'AdminVariables' },
  TaskRunnerParts: { successor: 'TaskRunnerDeps' },
  TurnParts: { successor: 'TurnDeps' },
  WorkerParts: { successor: 'WorkerDeps' },
  administeredAccounts: { successor: 'adminAccounts' },
  administrator: { successor: 'admin' },
  administrators: { successor: 'admins' },
  checkParts: { successor: 'checkImplementations' },
  circumstances: { successor: 'deviceAndLocale' },
  disowning: { successor: 'withCancelledChildren' },
  familyDefinitions: { successor: 'testDefinitions' },
  familyHandlers: { successor: 'childSessionHandlers' },
  familyOf: { successor: 'relatedSessions' },
  familyProcessorSeconds: { successor: 'processTreeSeconds' },
  isMade: { successor: 'isApplied' },
  isUsedUp: { successor: 'mostAttempts of the retry policy' },
  keptOutcome: { successor: 'idempotencyRecord' },
  knowing: { successor: 'withPersonal' },
  mostRemembered: { successor: 'mostCached or mostStoredDraws' },
  noticeAttempts: { successor: 'noticeDelaysMs' },
  openFoundation: { successor: 'openStore' },
  openingOf: { successor: 'resolveStart' },
  ownOrigin: { successor: 'serviceCaller' },
  patienceMs: { successor: 'the name of the limit, such as answerTimeoutMs' },
  patienceSeconds: { successor: 'quietWaitSeconds' },
  rememberedOf: { successor: 'historyValueOf' },
  requestOrigin: { successor: 'requestCaller' },
  requestOrigins: { successor: 'requestCallers' },
  isBeingMade: { successor: 'isCreatingAccount' },
  isRight: { successor: 'isCorrect, or hasCorrectCredentials' },
  isRightForPassword: { successor: 'isPassword' },
  noLongerAway: { successor: 'backFromProvider' },
  rightCode: { successor: 'correctCode' },
  sendAway: { successor: 'goToProvider' },
  sendsAway: { successor: 'isAtProvider' },
  staff: { successor: 'admin or agent' },
  staffGate: { successor: 'adminGate' },
  staffOf: { successor: 'adminsOf' },
  stillborn: { successor: 'cancelledSessionStep' },
  tellParent: { successor: 'notifyParent', except: ['src/engine/children/child-tasks.ts'] },
  withSigns: { successor: 'withPlaceholders' },
  withoutSigns: { successor: 'withValues' },
  AccountElsewhere: { successor: 'LinkedAccount' },
  Essential: { successor: 'PathCriterion' },
  Met: { successor: 'Precondition' },
  Street: { successor: 'NetworkLogins' },
  World: { successor: 'Target (of an attack)' },
  expectedSight: { successor: 'expectedObservation' },
  lateTimeouts: { successor: 'lateTimers' },
};

/** Names of files, without their folder. */
const files: Readonly<Record<string, string>> = {
  'accepted.ts': 'accepted-events.ts',
  'account-elsewhere.ts': 'linked-account.ts',
  'administration.ts': 'admin-keys.ts or admin-accounts.ts',
  'applied.ts': 'transition.ts',
  'birth.ts': 'new-session.ts',
  'circumstances.ts': 'device-and-locale.ts',
  'crossing.ts': 'cross-session.ts',
  'desk.ts': 'turn-workflow.ts',
  'essential.ts': 'path-selection.ts',
  'family-tasks.ts': 'child-tasks.ts',
  'family.ts': 'child-sessions.ts',
  'family.js': 'played-sessions.js',
  'foundation.ts': 'open-store.ts',
  'gate.ts': 'access-control.ts',
  'joiner.ts': 'batcher.ts',
  'kept-outcomes.ts': 'idempotency.ts',
  'known-sessions.ts': 'cached-sessions.ts',
  'late.ts': 'late-timers.ts',
  'left-behind.test.ts': 'resource-leak.test.ts',
  'likeness.test.ts': 'decoy.test.ts',
  'part-check.ts': 'implementation-check.ts',
  'patience.ts': 'retry-policy.ts',
  'request-origins.ts': 'request-callers.ts',
  'signs.js': 'placeholders.js',
  'spent-secrets.ts': 'ended-session-secrets.ts',
  'staff.ts': 'admin-keys.ts or agent.ts',
  'street.ts': 'network-logins.ts',
  'telling.ts': 'step-log.ts',
  'testimony.ts': 'observation.ts',
  'world.ts': 'target.ts',
};

/** Interfaces of the dependencies of a function or a class. */
const dependencyNames = /^[A-Z]\w*(Parts|Foundation)$/;

/** Folders, from the top of the repository. */
const folders: Readonly<Record<string, string>> = {
  'test/house': 'test/lint',
};

const self = 'test/lint/retired-names.test.ts';

function successorOfParts(word: string): string | undefined {
  return dependencyNames.test(word) ? word.replace(/(Parts|Foundation)$/, 'Deps') : undefined;
}

/** @returns a line for each retired name in a file: its place, the name and the successor */
function retiredNamesIn(path: string, text: string): string[] {
  const moved = files[basename(path)];
  const fileName = moved === undefined ? [] : [`${path}: name the file ${moved}`];
  const folder = Object.entries(folders).flatMap(([retired, successor]) => [
    ...(path.startsWith(`${retired}/`) ? [`${path}: name the folder ${successor}`] : []),
    ...text
      .split('\n')
      .flatMap((line, index) => (line.includes(`${retired}/`) ? [`${path}:${index + 1} ${retired} is retired: ${successor}`] : [])),
  ]);
  const inText = text.split('\n').flatMap((line, index) => {
    const words = line.match(/[\w$-]+(?:\.[jt]s\b)?/g) ?? [];
    return words.flatMap((word) => {
      const retired = Object.hasOwn(identifiers, word) ? identifiers[word] : undefined;
      const successor = retired?.except?.includes(path)
        ? undefined
        : (retired?.successor ?? (Object.hasOwn(files, word) ? files[word] : successorOfParts(word)));
      return successor === undefined ? [] : [`${path}:${index + 1} ${word} is retired: ${successor}`];
    });
  });
  return [...fileName, ...folder, ...inText];
}

test('no source, test or document uses a retired name', () => {
  const read = paths.filter((path) => /\.(ts|js|json|md)$/.test(path) && path !== self && path !== 'package-lock.json');
  expect(read.length).toBeGreaterThan(500);
  expect(read.flatMap((path) => retiredNamesIn(path, readFileSync(path, 'utf8')))).toEqual([]);
});

test.each([
  ['src/engine/a.ts', 'let a;\nnew Joiner(all);', ['src/engine/a.ts:2 Joiner is retired: Batcher']],
  ['ARCHITECTURE.md', 'see `src/engine/patience.ts`', ['ARCHITECTURE.md:1 patience.ts is retired: retry-policy.ts']],
  ['src/http/a.ts', 'interface PageParts {}', ['src/http/a.ts:1 PageParts is retired: PageDeps']],
  ['test/house/a.ts', '', ['test/house/a.ts: name the folder test/lint']],
  ['docs/a.md', 'see `test/house/`', ['docs/a.md:1 test/house is retired: test/lint']],
  ['src/engine/birth.ts', '', ['src/engine/birth.ts: name the file new-session.ts']],
  ['src/engine/children/child-tasks.ts', "'tellParent'", []],
  ['src/store/a.ts', 'const joiner = constructor.toString; // family', []],
])('a planted name in %s is found', (path, text, found) => {
  expect(retiredNamesIn(path, text)).toEqual(found);
});
