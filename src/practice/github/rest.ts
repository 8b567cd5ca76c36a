/** GitHub's REST over the model: which route is answered by whom, and who may ask for it. */
import { type Holder, mayAs } from './access.ts'
import { LandingFault } from './landing.ts'
import { BRANCH_ROUTES } from './rest-branches.ts'
import {
  notFound,
  problem,
  type RestAnswer,
  type RestSource,
  type Route,
  unreachable,
} from './rest-call.ts'
import { CI_ROUTES } from './rest-ci.ts'
import { MERGE_ROUTES } from './rest-merge.ts'
import { PULL_ROUTES } from './rest-pulls.ts'
import { repositoryView } from './rest-views.ts'

export interface RestRequest {
  method: string
  url: URL
  body: unknown
  holder: Holder
}

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: /^$/,
    needs: 'read',
    handler: ({ source, repository }) => ({
      status: 200,
      body: repositoryView(source, repository),
    }),
  },
  ...PULL_ROUTES,
  ...MERGE_ROUTES,
  ...CI_ROUTES,
  ...BRANCH_ROUTES,
]

export async function answerRest(source: RestSource, asked: RestRequest): Promise<RestAnswer> {
  const { url, method, holder, body } = asked
  const [, owner, name, rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? []
  const repository = source.repositories.find(one => one.fullName === `${owner}/${name}`)
  const route = ROUTES.find(one => one.method === method && one.path.test(rest))
  if (!repository || !route) return notFound()
  if (!mayAs(holder, route.needs)) return unreachable()
  await repository.refresh()
  const parts = (route.path.exec(rest) ?? []).slice(1).map(part => decodeURIComponent(part ?? ''))
  try {
    return await route.handler({ source, repository, url, parts, body, holder })
  } catch (error) {
    if (error instanceof LandingFault) return problem(error.status, error.message)
    throw error
  }
}
