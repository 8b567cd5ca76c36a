/** Turns an implementation of a method table into handlers that parse what they are given. */
import type * as z from 'zod'
import { type Handlers, RpcFault } from './peer.ts'

type Methods = Record<string, { params: z.ZodType; result: z.ZodType }>

export type Implementation<T extends Methods> = {
  [M in keyof T]: (params: z.output<T[M]['params']>) => Promise<z.input<T[M]['result']>>
}

export function serve<T extends Methods>(
  table: T,
  implementation: Implementation<T>,
  /** Throws when the request may not be made. */
  admit: (method: string, params: Record<string, unknown>) => void = () => {},
): Handlers {
  const handlers: Handlers = {}
  for (const name of Object.keys(table) as (keyof T & string)[]) {
    const { params: schema } = table[name] as Methods[string]
    handlers[name] = async params => {
      const parsed = schema.safeParse(params)
      if (!parsed.success) throw new RpcFault(`${name}: ${parsed.error.issues[0]?.message}`)
      admit(name, parsed.data as Record<string, unknown>)
      return await implementation[name](parsed.data as never)
    }
  }
  return handlers
}

/** Parses an answer by the same table. Throws RpcFault when the other side misspoke. */
export function parseResult<T extends Methods, M extends keyof T & string>(
  table: T,
  method: M,
  answer: unknown,
): z.output<T[M]['result']> {
  const parsed = (table[method] as Methods[string]).result.safeParse(answer)
  if (parsed.success) return parsed.data as z.output<T[M]['result']>
  const [issue] = parsed.error.issues
  throw new RpcFault(`${method}: unexpected answer at ${issue?.path.join('.')}: ${issue?.message}`)
}
