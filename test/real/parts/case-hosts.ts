/** Hosts for the cases of the agents: one a runner, with a profile for each account. */
import { onTestFinished } from 'vitest'
import type { RunnerKind } from '../../../src/rpc/lane-api.ts'
import { ENGINES } from '../../../state/words.ts'
import type { Part } from '../../setup/require-part.ts'
import { boxOf, makeBoxes } from './case-boxes.ts'
import { KEYLESS, writeCodexHome, writeExpiredCodexHome } from './codex.ts'
import { ACCOUNTS, type Account, type EngineCase, scriptsOf } from './engine-cases.ts'
import { type Env, type LaneFactory, newLaneFactory, type ProfileLines } from './lane-factory.ts'
import { refuse } from './model-server/answer.ts'
import { startAlways, startScripts } from './model-server.ts'
import { freePort } from './ports.ts'
import type { RunnerHost } from './run-cases.ts'
import type { SshdOptions } from './sshd.ts'
import { newSystemdHost } from './systemd-host.ts'

/** Its profiles are called as the accounts are. */
export interface CasesHost extends Omit<RunnerHost, 'profile'> {
  /** What still holds a run; empty when nothing does. */
  left(): Promise<string[]>
}

interface CasesPlace {
  readonly needs: readonly Part[]
  start(cases: readonly EngineCase[]): Promise<CasesHost>
}

export const CASES_PLACES: Record<RunnerKind, CasesPlace> = {
  session: {
    needs: ['sshd', 'git'],
    async start(cases) {
      const { host } = await newCaseFactory('session', cases)
      // The commands of an agent that was killed outlive it: nothing but the agent held them.
      return { ...host(), left: async () => [] }
    },
  },
  systemd: {
    needs: ['systemd', 'sshd', 'git'],
    async start(cases) {
      const inside = await newSystemdHost()
      await inside.linger(inside.user)
      const { host } = await newCaseFactory('systemd', cases, { inside })
      return {
        ...host(),
        signal: (pid, name) => void inside.run('kill', '-s', name.slice('SIG'.length), String(pid)),
        left: async () => inside.asUser('sh', '-c', UNITS_AND_SLEEPERS).split('\n').filter(Boolean),
      }
    },
  },
  box: {
    needs: ['sshd', 'git', 'root', 'dockerd'],
    async start(cases) {
      const { factory, host } = await newCaseFactory('box', cases)
      const boxes = await makeBoxes(factory)
      return {
        ...host(account => ({
          profile: `docker.socket = "${boxes.docker.socket}"`,
          launch: 'box = "work"',
          // Keys are no part of a box's environment.
          keys: {},
          tables: { 'boxes.work': boxOf(factory, boxes, homeOf(factory, account)) },
        })),
        left: async () => {
          const all = await boxes.docker.engine.listContainers({ all: true })
          return all.map(({ Names, Status }) => `${Names.join()} ${Status}`)
        },
      }
    },
  },
}

const MISNAMED = { ...KEYLESS, provider: 'nobody' }

const UNITS_AND_SLEEPERS = `
XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user list-units --plain --no-legend 'dockmaster-*'
pgrep -a -x sleep || true`

const homeOf = ({ at }: LaneFactory, account: Account) => at(`${account}-codex-home`)

async function newCaseFactory(
  runner: RunnerKind,
  cases: readonly EngineCase[],
  options: SshdOptions = {},
) {
  const scripts = await startScripts(scriptsOf(cases))
  onTestFinished(() => scripts.close())
  const expired = await startAlways(refuse(401, { code: 'refresh_token_expired' }))
  onTestFinished(() => expired.close())
  const factory = await newLaneFactory(scripts.baseUrl, ENGINES, options)
  await writeCodexHome(homeOf(factory, 'scripted'), scripts.baseUrl, KEYLESS)
  const nowhere = `http://127.0.0.1:${await freePort()}/v1`
  await writeCodexHome(homeOf(factory, 'unreachable'), nowhere, KEYLESS)
  await writeExpiredCodexHome(homeOf(factory, 'expired'), expired.baseUrl)
  await writeCodexHome(homeOf(factory, 'misnamed'), scripts.baseUrl, MISNAMED)
  factory.handOver()
  const envOf = (account: Account): Env => ({
    CODEX_HOME: homeOf(factory, account),
    CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${expired.baseUrl}/responses`,
    // By itself Claude tries a refused key for minutes.
    CLAUDE_CODE_MAX_RETRIES: '1',
  })
  const profile = (account: Account, { launch = '', ...lines }: ProfileLines) =>
    factory.profile(account, {
      ...lines,
      launch: `runner = "${runner}"\n${launch}`,
      env: envOf(account),
    })
  const host = (lines: (account: Account) => ProfileLines = () => ({})) => ({
    runner,
    repo: factory.at('app'),
    operator: factory.operator(...ACCOUNTS.map(account => profile(account, lines(account)))),
  })
  return { factory, host }
}
