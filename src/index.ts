/** The public API of the package: services made of modules, and the parts of modules. */

export type { DefinedWorkflow, TypedWorkflow, UsesOf } from '../machines/define-workflow.ts';
export { defineWorkflow, defineWorkflowWith } from '../machines/define-workflow.ts';
export type { FactorFigures } from '../machines/factor-proof.ts';
export { factorRegistrationWorkflow } from '../machines/factor-registration-interface.ts';
export { factorRegistrationPromises } from '../machines/factor-registration-promises.ts';
export type { Figure, FigureSet, Figures, FiguresOf } from '../machines/figures.ts';
export { Duration, defineFigures, LargeLimit, Limit } from '../machines/figures.ts';
export type { PayloadFrom } from '../machines/machine-types.ts';
export { type Detached, detached, type Names, type Vocabulary } from '../machines/names.ts';
export { durationInWords, type Text } from '../machines/texts.ts';
export type {
  AccountParty,
  BackendOptions,
  Channel,
  ChildWorkflow,
  Context,
  DataMask,
  InvitedParty,
  MachineEvent,
  Migration,
  OwnTask,
  OwnTaskLogic,
  Party,
  Payload,
  PublicEvent,
  PublicEventsOf,
  Recognition,
  Refusal,
  RunResult,
  Sender,
  SessionData,
  StateMeta,
  TaskCall,
  TaskDone,
  TaskFailed,
  TaskLogic,
  TaskOptions,
  ViewInput,
  Workflow,
  WorkflowDefinition,
} from '../machines/workflow.ts';
export { backendTask, closed, task } from '../machines/workflow.ts';
export type {
  EnrolmentVerdict,
  Factor,
  FactorAnswer,
  FactorFailure,
  FactorSession,
  FactorVerdict,
  NewCredential,
} from './common/factor.ts';
export type { Environment } from './config/config.ts';
export type { Connection, SettingsReader } from './config/settings.ts';
export { ConfigError } from './config/values.ts';
export type { ChannelDefinition } from './delivery/channel.ts';
export { normaliseEmail } from './delivery/email-address.ts';
export type { CodeMessage, DeliveryResult, Message, NoticeMessage, Provider, RenderedMessage } from './delivery/message.ts';
export type { Notice, NoticeDetails, NoticeFacts, NoticeText, NoticeWords } from './delivery/notice-text.ts';
export { InvalidBody, RateLimited } from './engine/errors.ts';
export type {
  Caller,
  Personal,
  RequestContext,
  Resolution,
  Resolver,
  ResolvingSession,
  StartResolution,
  TaskAttempt,
  TaskHandler,
  TaskResult,
} from './engine/ports.ts';
export type { ProblemKind } from './http/problems/problem.ts';
export type { ReceivedReport, ReportReader } from './http/sessions/delivery-reports.ts';
export type { Claim } from './http/sessions/session-results.ts';
export { accounts } from './modules/accounts/accounts.ts';
export { accountKey } from './modules/accounts/services.ts';
export { authenticatorApps } from './modules/authenticator-apps/authenticator-apps.ts';
export { backupCodes } from './modules/backup-codes/backup-codes.ts';
export { builtInModules } from './modules/built-in.ts';
export { codes } from './modules/codes/codes.ts';
export { type Host, type OpenedProvider, ServiceKey } from './modules/host.ts';
export { linking } from './modules/linking/linking.ts';
export { messages } from './modules/messages/messages.ts';
export {
  type DefinedVocabulary,
  defineModule,
  type Mask,
  type Module,
  type ModuleDefinition,
  type ProviderDefinition,
  type Routes,
} from './modules/module.ts';
export { ModuleError } from './modules/module-error.ts';
export type { AllNames, NoNames } from './modules/module-names.ts';
export { passkeys } from './modules/passkeys/passkeys.ts';
export { support } from './modules/support/support.ts';
export { defineVocabulary } from './modules/vocabulary.ts';
export { type FieldsOptions, fieldsResolver, type ReadDetail } from './resolvers/fields.ts';
export { type Address, createService, type ListenOptions, type Service, type ServiceOptions } from './service/service.ts';
export type { Migrations } from './store/module-migrations.ts';
export { defineConfig, type ProjectConfig } from './tools/loading/define-config.ts';
