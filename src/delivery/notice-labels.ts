/** The labels of notices, by language. */
export interface NoticeLabels {
  readonly when: string;
  /** Labels the name of the support agent who acted. */
  readonly agent: string;
  readonly reason: string;
}

export const noticeLabels: ReadonlyMap<string, NoticeLabels> = new Map([
  ['en', { when: 'When', agent: 'Support agent', reason: 'Reason' }],
  ['es', { when: 'Fecha y hora', agent: 'Agente de soporte', reason: 'Motivo' }],
  ['fr', { when: 'Date et heure', agent: 'Agent du support', reason: 'Motif' }],
  ['de', { when: 'Zeitpunkt', agent: 'Supportmitarbeiter/in', reason: 'Grund' }],
]);
