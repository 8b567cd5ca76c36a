/** A host behind a real sshd with one ended lane on it, launched by nobody now: its files only. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newOperator, type Operator } from './operator.ts'
import { type Sshd, startSshd } from './sshd.ts'

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/codex/${name}`, import.meta.url), 'utf8')
const THREAD = '01a1fb3b-b729-7982-994b-d7f3c4fbc2c7'

export interface SeenLane {
  readonly sshd: Sshd
  readonly operator: Operator
  /** Where it worked: a repository with a commit that it began from. */
  readonly tree: string
  git(...args: string[]): string
  remove(): Promise<void>
}

/** The lane is called `ok`; `brief` is what it was launched with, and its directory `tree`. */
export async function seenLane(brief: string, name = 'tree'): Promise<SeenLane> {
  const sshd = await startSshd()
  const at = (...words: string[]) => join(sshd.dir, 'yard', ...words)
  const tree = at(name)
  const sessions = at('codex', 'sessions', '2026', '11', '20')
  for (const directory of [at(), tree, sessions, at('logs')])
    mkdirSync(directory, { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', tree, ...args], {
      encoding: 'utf8',
    }).trim()
  git('init', '-q', '-b', 'lane/ok')
  git('config', 'user.name', 'Lane')
  git('config', 'user.email', 'lane@factory.test')
  writeFileSync(join(tree, 'story.txt'), 'one\ntwo\nthree\n')
  git('add', '-A')
  git('commit', '-qm', 'begin')
  const base = git('rev-parse', 'HEAD')

  const log = at('logs', 'ok.jsonl')
  writeFileSync(log, fixture('ok.jsonl'))
  const session = fixture('ok.rollout.jsonl').replaceAll(
    '/srv/factory/lanes/ok',
    JSON.stringify(tree).slice(1, -1),
  )
  writeFileSync(join(sessions, `rollout-2026-11-20T23-12-37-${THREAD}.jsonl`), session)
  const record = {
    schema: 'dockmaster.run/1',
    key: 'k',
    stem: 'ok',
    name: 'ok',
    engine: 'codex',
    model: null,
    hostname: 'yard',
    cwd: tree,
    tree: { repo: tree, path: tree, branch: 'lane/ok', base },
    log,
    logFrom: 0,
    brief: at('logs', 'ok.brief.md'),
    sha256: createHash('sha256').update(brief).digest('hex'),
    argv: ['codex'],
    pid: 4_194_303,
    pidStart: '1',
    heldAt: Date.UTC(2026, 10, 20, 23, 12),
    isReleasing: true,
  }
  writeFileSync(at('logs', 'ok.json'), `${JSON.stringify(record, null, 2)}\n`)
  writeFileSync(at('logs', 'ok.brief.md'), brief)
  execFileSync('chmod', ['-R', 'a+rX', at()])
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, at()])
  chmodSync(at(), 0o755)
  const operator = newOperator({
    select: [],
    config: `
[profiles.yard]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${process.execPath}"
lanes = { logs = ["${at('logs')}/*.jsonl"], codexHomes = ["${at('codex')}"], claudeHomes = [] }
spine = { cron = false, timers = false }
`,
  })
  return { sshd, operator, tree, git, remove: sshd.remove }
}
