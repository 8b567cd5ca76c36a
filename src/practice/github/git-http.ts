/** git over HTTP: each request is one `git http-backend`, and a push moves the model. */

import { mkdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import PQueue from 'p-queue'
import type { RepositoryModel } from './model.ts'
import { reportAsGithub, updatesOf } from './pkt-line.ts'

export interface GitAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface GitRequest {
  repository: RepositoryModel
  /** What follows `/<owner>/<name>.git`. */
  path: string
  query: string
  request: Pick<IncomingMessage, 'method' | 'headers'>
  body: Buffer
  by: string
}

/** Processes of http-backend at once over all repositories. */
const CONCURRENCY = 8
const LONGEST_ANSWER = 256 * 2 ** 20
const TIMEOUT_MS = 60_000

/** What git runs before it moves a ref: refuses what the server named, and what loses commits. */
const UPDATE_HOOK = `#!/bin/sh
among() { case "
$1
" in *"
$2
"*) true ;; *) false ;; esac; }
if among "$PRACTICE_REFUSED" "$1"; then
  printf '%s\\n' "$PRACTICE_WHY" >&2
  exit 1
fi
if among "$PRACTICE_KEPT" "$1" && ! git merge-base --is-ancestor "$2" "$3"; then
  printf '%s\\n\\n%s\\n' "error: GH006: Protected branch update failed for $1." \
    '- Cannot force-push to this branch' >&2
  exit 1
fi
`

/** As GitHub serves: pull requests' refs are read only, and any commit may be asked for. */
const SETTINGS = {
  'receive.hideRefs': 'refs/pull',
  'receive.denyDeleteCurrent': 'refuse',
  'http.receivepack': 'true',
  'uploadpack.allowAnySHA1InWant': 'true',
  'uploadpack.allowFilter': 'true',
  'gc.auto': '0',
  'receive.autogc': 'false',
}

const settings = Object.fromEntries(
  Object.entries(SETTINGS).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]),
)

export const isPush = ({ path, query }: Pick<GitRequest, 'path' | 'query'>): boolean =>
  path === '/git-receive-pack' || /(?:^|[?&])service=git-receive-pack/.test(query)

export function gitServer() {
  const queue = new PQueue({ concurrency: CONCURRENCY })
  const hooked = new Map<string, Promise<void>>()

  const answer = async (request: GitRequest): Promise<GitAnswer> => {
    const { repository, by } = request
    if (request.path !== '/git-receive-pack') return queue.add(() => run(request, {}))
    const { dir } = repository.git
    const hook = hooked.get(dir) ?? layHook(dir)
    hooked.set(dir, hook)
    await hook
    const refused: { ref: string; why: string }[] = []
    const kept: string[] = []
    for (const update of updatesOf(request.body)) {
      const { why, isKept } = await repository.admitPush(update, by)
      if (why !== null) refused.push({ ref: update.ref, why })
      else if (isKept) kept.push(update.ref)
    }
    const answered = await queue.add(() =>
      run(request, {
        PRACTICE_REFUSED: refused.map(({ ref }) => ref).join('\n'),
        PRACTICE_KEPT: kept.join('\n'),
        PRACTICE_WHY: refused.map(({ why }) => why).join('\n'),
      }),
    )
    await repository.refresh()
    return { ...answered, body: reportAsGithub(answered.body) }
  }

  return { answer, idle: () => queue.onIdle() }
}

async function layHook(dir: string): Promise<void> {
  await mkdir(join(dir, 'hooks'), { recursive: true })
  await writeFile(join(dir, 'hooks', 'update'), UPDATE_HOOK, { mode: 0o755 })
}

/** What a CGI program prints: headers, an empty line, the body. */
function answerOf(output: Buffer): GitAnswer {
  const end = output.indexOf('\r\n\r\n')
  if (end < 0) return { status: 500, headers: {}, body: Buffer.from('git did not answer\n') }
  const headers = Object.fromEntries(
    output
      .toString('latin1', 0, end)
      .split('\r\n')
      .map(line => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  ) as Record<string, string>
  const { status = '200', ...others } = headers
  return { status: Number.parseInt(status, 10), headers: others, body: output.subarray(end + 4) }
}

async function run(request: GitRequest, more: Record<string, string>): Promise<GitAnswer> {
  const { repository, path, query, body } = request
  const { headers, method = 'GET' } = request.request
  const header = (name: string) => String(headers[name] ?? '')
  const child = repository.git.serve({
    ...settings,
    GIT_CONFIG_COUNT: String(Object.keys(SETTINGS).length),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_TRANSLATED: `${repository.git.dir}${path}`,
    PATH_INFO: path,
    QUERY_STRING: query.replace(/^\?/, ''),
    REQUEST_METHOD: method,
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_USER: request.by,
    REMOTE_ADDR: '127.0.0.1',
    ...more,
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  try {
    // Without git there is no answer, which is told as such.
    child.on('error', () => undefined)
    // git may end before it has read all: then its exit says why, not the broken pipe.
    child.stdin.on('error', () => undefined)
    child.stdin.end(body)
    child.stderr.resume()
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > LONGEST_ANSWER) throw new Error(`git answered more than ${LONGEST_ANSWER} bytes`)
      chunks.push(chunk)
    }
    return answerOf(Buffer.concat(chunks))
  } finally {
    clearTimeout(timer)
    if (child.exitCode === null) child.kill('SIGKILL')
  }
}
