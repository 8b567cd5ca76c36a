/**
 * What clients and the hub say to each other: newline-delimited JSON-RPC 2.0 over a Unix socket.
 * Bump PROTOCOL when a message changes in a way that an older side would misread.
 */
import * as z from 'zod'
import { Answerer } from '../../state/answerer.ts'
import { FACT_KINDS, type Fact, Instant, LinkFact } from '../../state/facts.ts'
import { JournalFilter, JournalRow } from '../../state/journal-entry.ts'
import { HUB_ACT_METHODS } from './act-api.ts'
import { HUB_CANON_METHODS } from './canon-api.ts'
import { HUB_CHECK_METHODS } from './check-api.ts'
import { type Dispatched, HUB_DISPATCH_METHODS } from './dispatch-api.ts'
import { HUB_LANE_METHODS } from './lane-api.ts'
import { HUB_LEFTOVER_METHODS } from './leftover-api.ts'
import { HUB_LOOK_METHODS } from './look-api.ts'
import { HUB_PULL_METHODS } from './pull-api.ts'
import { HUB_TERMINAL_METHODS, type ResizeEvent } from './terminal-api.ts'
import { HUB_VALIDATE_METHODS } from './validate-api.ts'

export const PROTOCOL = 1

export const HubStatus = z.object({
  pid: z.number().int(),
  version: z.string(),
  protocol: z.number().int(),
  profile: z.string(),
  startedAt: Instant,
  clients: z.number().int(),
  persistMs: z.number().int(),
  link: LinkFact,
  /** Version of the resident probe, or why there is none. */
  probe: z.object({ version: z.string().nullable(), message: z.string().nullable() }),
  journal: z.object({ path: z.string(), seq: z.number().int(), message: z.string().nullable() }),
  /** Commands that run now and writes that wait their turn. */
  running: z.number().int(),
  waiting: z.number().int(),
})
export type HubStatus = z.infer<typeof HubStatus>

/** How a command on the host ended. A failure of the link is never the command's. */
export const RunOutcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('exit'),
    exit: z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
  }),
  z.object({
    kind: z.literal('transport'),
    failure: z.object({
      kind: z.enum(['unreachable', 'unknown-outcome', 'refused', 'unknown-key']),
      message: z.string(),
      mend: z.string(),
    }),
  }),
  /** Another console's lock on the host is dead: only a person's yes breaks it. */
  z.object({ kind: z.literal('stale-lock'), holder: z.string(), message: z.string() }),
])
export type RunOutcome = z.infer<typeof RunOutcome>

const Text = z.object({ text: z.string() })

/** A window of a lane's log. Offsets are bytes; `text` holds whole lines only. */
export const LogWindow = z.object({
  path: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  size: z.number().int(),
  lines: z.array(z.string()),
})
export type LogWindow = z.infer<typeof LogWindow>

/** Requests that clients make: parameters and result. */
export const HUB_METHODS = {
  hello: {
    params: z.object({
      protocol: z.number(),
      version: z.string(),
      name: z.string(),
      /** Hash of the profile as the client reads it: a hub started on another one is replaced. */
      configHash: z.string(),
      /** It only looks: every act of this client is refused. */
      readOnly: z.boolean().default(false),
    }),
    result: z.object({
      protocol: z.number(),
      version: z.string(),
      profile: z.string(),
      pid: z.number(),
      configHash: z.string(),
      /** Commands run or wait their turn. */
      busy: z.boolean(),
      /** Other clients that are attached. */
      others: z.number(),
    }),
  },
  status: { params: z.object({}), result: HubStatus },
  /**
   * Answered by `facts` events: first one with everything that the hub holds, then what changes.
   * The answer itself holds nothing: it could be overtaken by what changed since.
   */
  subscribe: {
    params: z.object({ kinds: z.array(z.enum(FACT_KINDS)).optional() }),
    result: z.object({}),
  },
  /** Resolves once the link is up and the first looks are in, or says why not. */
  prewarm: { params: z.object({ timeoutMs: z.number() }), result: HubStatus },
  acceptKey: { params: z.object({ fingerprint: z.string() }), result: z.object({}) },
  run: {
    params: z.object({
      /** Chosen by the client; names the output notifications of this run. */
      id: z.string(),
      script: z.string(),
      /** Serialized over all clients, and over other consoles by a lock on the host. */
      serial: z.boolean(),
      label: z.string(),
      breakLock: z.boolean(),
    }),
    result: RunOutcome,
  },
  rsh: { params: z.object({ id: z.string(), command: z.string() }), result: RunOutcome },
  /** A window of a lane's log: from a byte, or the last `max` bytes when `from` is null. */
  log: {
    params: z.object({
      lane: z.string(),
      from: z.number().int().nullable(),
      max: z.number().int(),
    }),
    result: LogWindow,
  },
  'journal.append': {
    params: z.object({
      kind: z.enum(['note', 'decision']),
      author: z.string(),
      subject: z.string(),
      text: z.string().min(1).max(65_536),
      data: z.record(z.string(), z.json()),
    }),
    result: JournalRow,
  },
  /** Answers an open decision, when policy lets whoever asks do so. */
  answer: {
    params: z.object({
      decision: z.number().int(),
      answer: z.string().max(1_000),
      reason: z.string().max(10_000),
      by: Answerer,
    }),
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('answered'),
        row: JournalRow,
        /** What came of the act that the answer allows; null when it allows none. */
        came: z.string().nullable(),
        /** Its outcome as the journal has it; null while there is none. */
        outcome: z.string().nullable(),
      }),
      z.object({ kind: z.literal('refused'), message: z.string(), mend: z.string() }),
    ]),
  },
  ...HUB_LANE_METHODS,
  ...HUB_LOOK_METHODS,
  ...HUB_CHECK_METHODS,
  ...HUB_VALIDATE_METHODS,
  ...HUB_TERMINAL_METHODS,
  ...HUB_ACT_METHODS,
  ...HUB_CANON_METHODS,
  ...HUB_PULL_METHODS,
  ...HUB_LEFTOVER_METHODS,
  'journal.list': { params: JournalFilter, result: z.object({ rows: z.array(JournalRow) }) },
  /**
   * As list, then `journal` notifications with new rows that pass the filter. A client follows
   * once: asking again replaces the filter.
   */
  'journal.follow': { params: JournalFilter, result: z.object({ rows: z.array(JournalRow) }) },
  'journal.unfollow': { params: z.object({}), result: z.object({}) },
  'journal.verify': {
    params: z.object({}),
    result: z.object({ entries: z.number(), head: z.string(), fault: z.string().nullable() }),
  },
  'journal.backup': {
    params: z.object({ to: z.string() }),
    result: z.object({ bytes: z.number() }),
  },
  handover: {
    params: z.object({
      maxTokens: z.number().int().nullable(),
      since: z.number().int().nullable(),
    }),
    result: z.object({ text: z.string(), json: z.json(), cursor: z.number().int() }),
  },
  ...HUB_DISPATCH_METHODS,
  stop: { params: z.object({}), result: Text },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type HubMethod = keyof typeof HUB_METHODS
export type HubParams<M extends HubMethod> = z.input<(typeof HUB_METHODS)[M]['params']>
export type HubResult<M extends HubMethod> = z.output<(typeof HUB_METHODS)[M]['result']>

/** What the hub tells a client unasked. */
export interface HubEvents {
  /** `all` replaces everything the client knew (after it lagged, or the hub reconnected). */
  facts: { extent: 'all' | 'some'; facts: Fact[] }
  journal: { row: JournalRow }
  /** Output of a run or rsh of this client; `data` is base64. */
  output: { id: string; fd: 1 | 2; data: string }
  /** An item of this client's dispatch has had its turn; `id` is the run's. */
  dispatched: { id: string; item: Dispatched }
}

/** What a client tells the hub without asking: input of its rsh (`data` null = EOF), cancel. */
export interface ClientEvents {
  input: { id: string; data: string | null }
  cancel: { id: string }
  /** Its terminal has another size. */
  resize: z.infer<typeof ResizeEvent>
}
