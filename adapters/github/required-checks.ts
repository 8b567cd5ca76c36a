/**
 * Names of the checks that a branch asks for: by its protection, and by the rulesets that hold it.
 * Both are read with what reads the branch.
 */
import * as z from 'zod'
import { type GithubClient, RequestFault } from './client.ts'
import { parse } from './parse-answer.ts'

const Branch = z.object({
  protection: z
    .object({
      required_status_checks: z.object({ contexts: z.array(z.string()).default([]) }).nullish(),
    })
    .nullish(),
})

const Rule = z.union([
  z.object({
    type: z.literal('required_status_checks'),
    parameters: z.object({
      required_status_checks: z.array(z.object({ context: z.string() })),
    }),
  }),
  z.object({ type: z.string() }).transform(() => null),
])

const PAGE = 100

/** None: the branch asks for none. Rejects with RequestFault or AnswerFault. */
export async function readRequiredChecks(client: GithubClient, branch: string): Promise<string[]> {
  const answer = await client.call('GET /repos/{owner}/{repo}/branches/{branch}', { branch })
  const { protection } = parse(Branch, answer)
  const names = new Set(protection?.required_status_checks?.contexts ?? [])
  for (let page = 1; ; page += 1) {
    const rules = parse(z.array(Rule), await rulesOf(client, branch, page))
    for (const rule of rules) {
      for (const { context } of rule?.parameters.required_status_checks ?? []) names.add(context)
    }
    if (rules.length < PAGE) return [...names].toSorted()
  }
}

/** Where there can be no rulesets there are none: an older server, or a plan without them. */
async function rulesOf(client: GithubClient, branch: string, page: number): Promise<unknown> {
  try {
    const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}'
    return await client.call(route, { branch, page, per_page: PAGE })
  } catch (error) {
    if (!(error instanceof RequestFault) || error.failure.kind !== 'status') throw error
    const { status, message } = error.failure
    if (status === 404 || (status === 403 && message.startsWith('Upgrade to GitHub'))) return []
    throw error
  }
}
