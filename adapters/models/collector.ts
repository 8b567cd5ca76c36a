/**
 * Looks for models that may not run, wherever one may be named: the command lines and the
 * environments of live agents, what lanes say that they run, launchers, and the engines' settings.
 * And it holds the day's tokens against the share that each engine should carry.
 */
import type { ModelsConfig } from '../../state/config.ts'
import type { FactValue } from '../../state/facts.ts'
import { midnight } from '../../state/format.ts'
import { missedShares } from '../../state/share.ts'
import type { Engine } from '../../state/words.ts'
import { readArguments } from '../agent-arguments.ts'
import { type Collector, sawAll } from '../collector.ts'
import { type RunCommand, runCommand } from '../command.ts'
import { agentBreaches, draftOf, laneBreaches, textBreaches } from './breaches.ts'
import { modelsInEnvironment } from './environment.ts'
import { readTexts } from './texts.ts'

export interface AgentProcess {
  pid: number
  engine: Engine | null
  argv: readonly string[]
  cwd: string | null
}

export interface ModelsDeps {
  now(): number
  home: string
  codexHomes: readonly string[]
  claudeHomes: readonly string[]
  /** The agents that live now. */
  agents(): Promise<readonly AgentProcess[]>
  /** The lanes as they were seen last. */
  lanes(): readonly FactValue<'lane'>[]
  periodMs?: number
  run?: RunCommand
}

/** Whether the profile has a rule to hold anything against. */
export const hasRules = ({ allowed, banned, share }: ModelsConfig): boolean =>
  allowed.length > 0 || banned.length > 0 || Object.keys(share).length > 0

export function modelsCollector(config: ModelsConfig, deps: ModelsDeps): Collector {
  const { now, run = runCommand } = deps
  return {
    name: 'models',
    periodMs: deps.periodMs ?? 15_000,
    look: async (_, signal) => {
      const { texts, notes } = await readTexts({ ...deps, ...config }, run, signal)
      const agents = await agentsSeen(deps)
      const lanes = deps.lanes()
      const byAgent = agentBreaches(agents, config)
      const shares = missedShares(lanes, midnight(now()), config.share).map(missed => ({
        key: `share ${missed.engine}`,
        value: {
          about: 'share' as const,
          rule: missed.rule,
          model: null,
          where: missed.text,
          line: null,
          pid: null,
        },
      }))
      const breaches = [
        ...byAgent,
        ...laneBreaches(lanes, config, byAgent),
        ...textBreaches(texts, config),
        ...shares,
      ]
      const look = sawAll(breaches.map(breach => draftOf(breach, now())))
      return { ...look, message: notes.length > 0 ? notes.slice(0, 3).join('; ') : null }
    },
  }
}

const agentsSeen = async ({ agents }: ModelsDeps) =>
  await Promise.all(
    (await agents()).map(async ({ pid, engine, argv, cwd }) => {
      const named = engine ? readArguments(engine, argv).models : []
      const models = [...new Set([...named, ...(await modelsInEnvironment(pid))])]
      return { pid, cwd, models }
    }),
  )
