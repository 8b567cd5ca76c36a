/** Says something on a pull request, once: a mark in the text tells that it was said. */
import * as z from 'zod'
import type { GithubClient } from './client.ts'
import { parse } from './parse-answer.ts'

const Comments = z.array(z.object({ body: z.string().nullish() }))

/** The mark is markup that no page shows. Rejects with RequestFault or AnswerFault. */
export async function commentOnce(
  client: GithubClient,
  number: number,
  { mark, text }: { mark: string; text: string },
): Promise<void> {
  const sign = `<!-- dockmaster ${mark} -->`
  for (let page = 1; ; page += 1) {
    const list = await client.call('GET /repos/{owner}/{repo}/issues/{number}/comments', {
      number,
      per_page: 100,
      page,
    })
    const comments = parse(Comments, list)
    if (comments.some(({ body }) => body?.includes(sign))) return
    if (comments.length < 100) break
  }
  await client.call('POST /repos/{owner}/{repo}/issues/{number}/comments', {
    number,
    body: `${text}\n\n${sign}`,
  })
}
