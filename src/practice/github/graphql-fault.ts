/** Errors of GraphQL as GitHub tells them, and the ids by which it names its objects. */

/** An error with GitHub's word for its kind. */
export class GraphqlFault extends Error {
  override readonly name = 'GraphqlFault'
  readonly type: 'NOT_FOUND' | 'FORBIDDEN' | 'UNPROCESSABLE'
  constructor(type: GraphqlFault['type'], message: string) {
    super(message)
    this.type = type
  }
}

export const nodeId = (kind: string, ...parts: (string | number)[]): string =>
  `${kind}_${Buffer.from(parts.join('/')).toString('base64url')}`

/** What an id of `kind` was made of. Throws as GitHub does when it is none. */
export function partsOfId(kind: string, id: string): string[] {
  if (id.startsWith(`${kind}_`)) {
    return Buffer.from(id.slice(kind.length + 1), 'base64url')
      .toString('utf8')
      .split('/')
  }
  throw new GraphqlFault('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)
}
