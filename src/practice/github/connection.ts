/** Pages of a list, as GraphQL connections (Relay) and as REST pages. */

export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

const MAX_PAGE = 100

const cursorOf = (index: number): string => Buffer.from(`cursor:${index}`).toString('base64')

function indexOf(cursor: string): number {
  const [, index] = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? []
  if (index === undefined) throw new Error(`\`${cursor}\` does not appear to be a valid cursor.`)
  return Number(index)
}

/** One page of `list` in the shape of a GraphQL connection. Throws as GitHub does without a size. */
export function connection<T, V>(list: readonly T[], page: PageArguments, view: (one: T) => V) {
  const size = page.first ?? page.last
  if (size === null || size === undefined) {
    throw new Error('You must provide a `first` or `last` value to properly paginate.')
  }
  if (size < 0 || size > MAX_PAGE) {
    throw new Error(`Requesting ${size} records exceeds the limit of ${MAX_PAGE} records.`)
  }
  const after = page.after ? indexOf(page.after) + 1 : 0
  const before = page.before ? indexOf(page.before) : list.length
  const start =
    page.first === null || page.first === undefined ? Math.max(after, before - size) : after
  const end = Math.min(before, start + size)
  const edges = list.slice(start, end).map((one, offset) => ({
    cursor: cursorOf(start + offset),
    node: view(one),
  }))
  return {
    edges,
    nodes: edges.map(edge => edge.node),
    totalCount: list.length,
    pageInfo: {
      hasNextPage: end < list.length,
      hasPreviousPage: start > 0,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** REST's `page` and `per_page`, and the Link header that leads on. */
export function restPage<T>(list: readonly T[], url: URL): { items: T[]; link: string | null } {
  const number = (name: string, fallback: number, most: number) => {
    const value = Number(url.searchParams.get(name) ?? fallback)
    return Number.isInteger(value) && value >= 1 ? Math.min(value, most) : fallback
  }
  const size = number('per_page', 30, MAX_PAGE)
  const page = number('page', 1, Number.MAX_SAFE_INTEGER)
  const last = Math.max(1, Math.ceil(list.length / size))
  const items = list.slice((page - 1) * size, page * size)
  const to = (target: number, relation: string) => {
    const there = new URL(url)
    there.searchParams.set('page', String(target))
    return `<${there.href}>; rel="${relation}"`
  }
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
  ]
  return { items, link: links.length > 0 ? links.join(', ') : null }
}
