import * as z from 'zod'

/** Unix milliseconds, as far as a Date can show them. */
export const Instant = z.number().int().nonnegative().max(8_640_000_000_000_000)
export type Instant = z.infer<typeof Instant>
