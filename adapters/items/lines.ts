/** Lines of an items file: one JSON object each, as `state/item.ts` has it; keys beside are fine. */
import { Item, itemKey } from '../../state/item.ts'

export const MOST_ITEMS = 2_000
const LONGEST_LINE = 16_384

export interface ItemLines {
  readonly items: readonly Item[]
  /** Each line that was left out: its number and why. */
  readonly bad: readonly { readonly line: number; readonly why: string }[]
}

export function parseItems(text: string): ItemLines {
  const items = new Map<string, Item>()
  const bad: { line: number; why: string }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = readItem(line)
    const why = typeof read === 'string' ? read : whyNot(read, items)
    if (why !== null) bad.push({ line: index + 1, why })
    else if (typeof read !== 'string') items.set(itemKey(read), read)
  }
  return { items: [...items.values()], bad }
}

function whyNot(item: Item, known: ReadonlyMap<string, Item>): string | null {
  if (known.has(itemKey(item))) return `${itemKey(item)} stands above already`
  return known.size >= MOST_ITEMS ? `more than ${MOST_ITEMS} items` : null
}

/** The item, or why there is none. */
function readItem(line: string): Item | string {
  if (line.length > LONGEST_LINE) return `longer than ${LONGEST_LINE} characters`
  const object = parse(line)
  if (object === undefined) return 'is no JSON'
  const { success, data, error } = Item.safeParse(object)
  if (success) return data
  const [issue] = error.issues
  const where = issue?.path.join('.') || 'the line'
  return `${where}: ${issue?.message ?? 'cannot be read'}`
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
