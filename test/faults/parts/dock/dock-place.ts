/** A dock over real git and a GitHub-like server, whose hubs die and are followed by others. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { DockRepo } from '../../../../state/config.ts'
import {
  type DockServerPlan,
  dockServer,
  MINUTE,
} from '../../../real/practice-github/parts/dock-server.ts'
import { scratch } from '../../../setup/scratch.ts'
import { type MortalHubOptions, startMortalHub } from './mortal-hub.ts'

type HubPlan = Partial<Pick<MortalHubOptions, 'env' | 'mergeToken'>> & {
  /** How far its clock is behind GitHub's. */
  lateMs?: number
}

export async function dockPlace(plan: DockServerPlan = { pulls: 1 }, repo: Partial<DockRepo> = {}) {
  const server = await dockServer(plan)
  onTestFinished(() => server.close())
  const dir = scratch()
  const hub = ({ lateMs = 0, ...more }: HubPlan = {}) => {
    const now = () => server.clock.now - lateMs
    const started = startMortalHub({ server, dir, repo, now, strikes: () => false, ...more })
    onTestFinished(started.close)
    return started
  }
  const tip = () => server.git('rev-parse', 'main')
  /** Of the branch, the newest first, without the one that it began with. */
  const landed = () =>
    server.git('log', '--first-parent', '--format=%H', 'main').split('\n').slice(0, -1)
  const landings = () => landed().length
  /** Turns until all have landed, or so many; what the looks said that were not well. */
  const drain = async ({ turn }: ReturnType<typeof hub>, turns = 12) => {
    const said: string[] = []
    const isOpen = () => server.model.pulls().some(pull => pull.landed === null)
    for (let count = 0; count < turns && isOpen(); count += 1) {
      const look = await turn()
      if (look && look.state !== 'ok') said.push(`${look.state}: ${look.message}`)
      server.pass(6 * MINUTE)
    }
    return said
  }
  const mirror = join(dir, 'mirrors', 'acme+app.git')
  return { server, dir, mirror, hub, tip, landed, landings, drain }
}
