/**
 * The shape of a journal entry, as it is stored, sent to clients and exported.
 */
import * as z from 'zod'
import { Instant } from './facts.ts'

export const JOURNAL_KINDS = [
  'note',
  'decision',
  'answer',
  'intent',
  'outcome',
  'seen',
  'session',
] as const
export const JournalKind = z.enum(JOURNAL_KINDS)
export type JournalKind = z.infer<typeof JournalKind>

/** One line of the journal as clients see it. */
export const JournalRow = z.object({
  seq: z.number().int().positive(),
  at: Instant,
  kind: JournalKind,
  author: z.string(),
  /** What it is about: a lane, `owner/name#12`, a job; empty when it is about nothing single. */
  subject: z.string(),
  text: z.string(),
  /** Data of that kind of entry. */
  data: z.record(z.string(), z.json()),
  hash: z.string(),
})
export type JournalRow = z.infer<typeof JournalRow>

/**
 * What a caller appends; the journal adds number and hash. An `answer` names the entry that it
 * settles as `data.decision`, an `outcome` as `data.intent`: a seq.
 */
export const JournalEntry = JournalRow.omit({ seq: true, hash: true })
export type JournalEntry = z.infer<typeof JournalEntry>

/** All that is given must hold. */
export const JournalFilter = z.object({
  kinds: z.array(JournalKind).optional(),
  subject: z.string().optional(),
  author: z.string().optional(),
  /** English words in text or subject, all of them, in any form; `stall*` asks for a beginning. */
  grep: z.string().optional(),
  since: Instant.optional(),
  /** Only entries after / before this sequence number. */
  afterSeq: z.number().int().optional(),
  beforeSeq: z.number().int().optional(),
  /** With `afterSeq` the oldest so many, else the newest; rows always come in order of seq. */
  limit: z.number().int().min(1).max(10_000).default(200),
})
export type JournalFilter = z.input<typeof JournalFilter>
