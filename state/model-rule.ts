/** Which models may run. Globs know `*` only, over any characters, and case does not matter. */
export interface ModelRules {
  readonly allowed: readonly string[]
  readonly banned: readonly string[]
}

/** Matches in time that grows with the product of both lengths, whatever the glob. */
export function matchesModel(glob: string, model: string): boolean {
  const [head = '', ...rest] = glob.toLowerCase().split('*')
  const text = model.toLowerCase()
  const tail = rest.pop()
  if (tail === undefined) return text === head
  if (!text.startsWith(head)) return false
  let from = head.length
  for (const piece of rest) {
    const at = text.indexOf(piece, from)
    if (at === -1) return false
    from = at + piece.length
  }
  return text.length - tail.length >= from && text.endsWith(tail)
}

/** The rule that this model breaks, e.g. `banned *-mini` or `not allowed`; null when it may run. */
export function brokenRule(model: string, { allowed, banned }: ModelRules): string | null {
  const ban = banned.find(glob => matchesModel(glob, model))
  if (ban !== undefined) return `banned ${ban}`
  const isAllowed = allowed.length === 0 || allowed.some(glob => matchesModel(glob, model))
  return isAllowed ? null : 'not allowed'
}
