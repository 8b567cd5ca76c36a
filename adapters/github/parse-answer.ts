/** GitHub's answers, held to the form that it documents. */
import * as z from 'zod'

/** An answer of another form. */
export class AnswerFault extends Error {
  override readonly name = 'AnswerFault'
}

/** An instant as GitHub writes it, read as ms. */
export const Instant = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))

/** Throws AnswerFault, which says where the form is another one. */
export function parse<T>(schema: z.ZodType<T>, data: unknown): T {
  const read = schema.safeParse(data)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new AnswerFault(`at ${issue?.path.join('.') || 'its root'}: ${issue?.message ?? 'unknown'}`)
}
