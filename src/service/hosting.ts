/** Makes the host that the service offers to its modules. */
import type { FigureSet, Figures, FiguresOf } from '../../machines/figures.ts';
import type { Engine } from '../engine/engine.ts';
import type { Host } from '../modules/host.ts';
import { Services } from '../modules/services.ts';
import type { Design } from './design.ts';
import type { OpenStore } from './open-store.ts';

type Given = Pick<
  Host,
  'publicUrl' | 'addressOf' | 'ownUrl' | 'sandbox' | 'now' | 'keyring' | 'signer' | 'audience' | 'vault' | 'metrics' | 'represent'
> &
  Pick<Host, 'caller' | 'adminGate'>;

export interface HostingDeps extends Design, Pick<OpenStore, 'store' | 'databaseClock'>, Given {
  /** The engine; available once it runs. */
  readonly engine: () => Engine;
  readonly credentialEnded: () => void;
}

export function hostOf({ engine, credentialEnded, ...parts }: HostingDeps): Host {
  const { config, assembly, log, store, databaseClock, publicUrl, addressOf, ownUrl, sandbox, now, keyring, signer, audience, vault } =
    parts;
  const { metrics, represent, caller, adminGate, providers, providersOf, workflows } = parts;
  const services = new Services();
  return {
    serviceName: config.serviceName,
    publicUrl,
    addressOf,
    configuredUrl: config.publicUrl,
    ownUrl,
    sandbox,
    log,
    now,
    worldTime: () => databaseClock.now(),
    keyring,
    signer,
    audience,
    vault,
    store,
    get engine() {
      return engine();
    },
    metrics,
    represent,
    caller,
    credentialEnded: async () => credentialEnded(),
    retentionMs: config.retentionMs,
    adminGate,
    registries: { ...assembly, noticeDetails: noticeDetails(assembly, workflows), providers, providersOf },
    workflowOf: (name, version) => workflows.of(name, version),
    allFigures: config.figures,
    figures: (set) => figureValues(config.figures, set),
    use: (key) => services.use(key),
    offer: (key, offered) => services.offer(key, offered),
  };
}

/** Built-in notices are code of a module and may show any detail. Templates come from other hands. */
function noticeDetails({ details }: Design['assembly'], workflows: Design['workflows']): string[] {
  const secrets = new Set(workflows.all().flatMap((workflow) => workflow.secrets ?? []));
  const kept = workflows.all().flatMap(({ data = {} }) => Object.keys(data));
  return [...new Set([...Object.keys(details), ...kept])].filter((name) => !secrets.has(name));
}

export function figureValues<Set extends FigureSet>(figures: Figures, set: Set): FiguresOf<Set>;
export function figureValues(figures: Figures, set: FigureSet): Figures {
  return Object.fromEntries(Object.keys(set).map((name) => [name, Number(figures[name])]));
}
