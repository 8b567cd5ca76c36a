/**
 * A dock whose pull requests all clash with its branch, and a host on which the real Codex is to
 * rebase them: the built program, a real sshd, a checkout whose origin is a GitHub-like server.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { DecisionsEnvelope } from '../../../../state/rows/decisions.ts'
import { JournalEnvelope } from '../../../../state/rows/journal.ts'
import { LanesEnvelope } from '../../../../state/rows/lanes.ts'
import { QueueEnvelope } from '../../../../state/rows/queue.ts'
import { newLaneFactory } from '../../parts/lane-factory.ts'
import { type Answer, run, say } from '../../parts/model-server/answer.ts'
import { startReader } from '../../parts/model-server.ts'
import { dockServer, TOKEN } from '../../practice-github/parts/dock-server.ts'

const token = (holder: number) => `ghp_plantedPlantedPlantedPlanted${holder}`
/** Of the lanes, which push and land nothing, and of the hub's looks. */
const LANE_TOKEN = token(1000001)
const READ_TOKEN = token(1000002)

/** What the branch says in the line that each pull request gives its own number. */
export const LANDED = 'somebody'

/** With each look the mirror is fetched. */
const FETCH = { method: 'GET', path: /info\/refs/ }

/**
 * A model that does what the brief says, word by word, and gets past the conflict by a command of
 * its own.
 */
const rebasesBy =
  (ways: ReadonlyMap<string, string>) =>
  (said: string): readonly Answer[] => {
    const named = [...said.matchAll(/`(git [^`]+)`/g)].map(([, command = '']) => command)
    const [, branch = ''] = /, branch `([^`]+)`/.exec(said) ?? []
    const [fetch, checkout, rebase, push] = named
    return [
      run(`${fetch} && ${checkout}`),
      run(`${rebase}`),
      run(`${ways.get(branch)} && git add shared.txt && GIT_EDITOR=true git rebase --continue`),
      run(`${push}`),
      say('Rebased and pushed.'),
    ]
  }

/** `ways`: for each pull request, by its number, how its model resolves the clash in `shared.txt`. */
export async function codexDock(ways: Readonly<Record<number, string>>) {
  const numbers = Object.keys(ways).map(Number)
  const dock = await dockServer({
    pulls: numbers.length,
    rivals: new Set(numbers),
    tokens: [
      { token: LANE_TOKEN, login: 'lanes', role: 'merge' },
      { token: READ_TOKEN, login: 'hub', role: 'review' },
    ],
  })
  onTestFinished(() => dock.close())
  const landed = await dock.commit('main', 'Land first', { 'shared.txt': `${LANDED}\n` })
  expect(await dock.push(`${landed}:refs/heads/main`)).toMatchObject({ code: 0 })

  const model = await startReader(
    rebasesBy(new Map(numbers.map(number => [`lane/${number}`, ways[number] ?? 'false']))),
  )
  onTestFinished(() => model.close())
  const { at, git, handOver, profile, operator } = await newLaneFactory(model.baseUrl, ['codex'])
  // Only its files: the server answers nobody while git is waited for.
  git('.', 'clone', '-q', '--no-hardlinks', join(dock.dir, 'app.git'), 'acme')
  git('acme', 'remote', 'set-url', 'origin', dock.remote)
  const { GIT_CONFIG_KEY_0: key, GIT_CONFIG_VALUE_0: value } = dock.headerOf(LANE_TOKEN)
  for (const pair of [
    [key, value],
    ['user.name', 'Lane'],
    ['user.email', 'lane@factory.test'],
  ]) {
    git('acme', 'config', ...pair)
  }
  handOver()
  const tokenFile = (name: string, text: string) => {
    const path = join(dock.dir, name)
    writeFileSync(path, text, { mode: 0o600 })
    return `{ file = "${path}" }`
  }
  const read = tokenFile('read-token', READ_TOKEN)
  const github = `{ repos = ["acme/app"], api = "${dock.server.url}", token = ${read}, poll = "5s" }`
  const console = operator(
    profile('factory', { profile: `github = ${github}` }),
    `
[[profiles.factory.launch.repos]]
path = "${at('acme')}"
remote = "${dock.remote}"
branch = "main"
[profiles.factory.dock]
mergeToken = ${tokenFile('merge-token', TOKEN)}
[[profiles.factory.dock.repos]]
repo = "acme/app"
backend = "train"
lands = true
rebase = "push"
rebaseLane = { engine = "codex" }
gate = { review = "none", paths = ["**"] }
`,
  )
  const told = async (pane: string): Promise<unknown> =>
    JSON.parse(await console.printed(pane, '--json'))
  return {
    dock,
    /** Starts its hub. */
    begin: () => console.printed('prewarm'),
    /** Resolves when its hub begins the look of that number, from now on. */
    look: (nth: number) =>
      new Promise<void>(resolve => {
        const act = async () => resolve()
        dock.server.faults.inject({ kind: 'race', act }, 1, { ...FETCH, nth })
      }),
    queue: async () => QueueEnvelope.parse(await told('queue')).rows,
    lanes: async () => LanesEnvelope.parse(await told('lanes')).rows,
    journal: async () => JournalEnvelope.parse(await told('journal')).rows,
    decisions: async () => DecisionsEnvelope.parse(await told('decisions')).rows,
  }
}
