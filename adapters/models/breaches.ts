/** Holds what was seen of models against the rules of the profile. */
import type { FactValue, Instant } from '../../state/facts.ts'
import { brokenRule, type ModelRules } from '../../state/model-rule.ts'
import type { BreachFact } from '../../state/rule-facts.ts'
import type { ReadText } from './texts.ts'

/** A live agent, and the models that its command line and environment name. */
export interface AgentSeen {
  pid: number
  cwd: string | null
  models: readonly string[]
}

export interface Breach {
  key: string
  value: BreachFact
}

/** Words that stand for whatever model is set elsewhere. */
const SELF = /^(?:default|inherit)$/i

const ruleFor = (model: string, rules: ModelRules): string | null =>
  SELF.test(model) ? null : brokenRule(model, rules)

export function agentBreaches(agents: readonly AgentSeen[], rules: ModelRules): Breach[] {
  return agents.flatMap(({ pid, cwd, models }) =>
    models.flatMap(model => {
      const rule = ruleFor(model, rules)
      if (rule === null) return []
      const where = cwd ?? '?'
      const value = { about: 'model' as const, rule, model, where, line: null, pid }
      return { key: `process ${pid} ${model}`, value }
    }),
  )
}

/** What live lanes say themselves that they run; one whose process was told already is not told again. */
export function laneBreaches(
  lanes: readonly FactValue<'lane'>[],
  rules: ModelRules,
  told: readonly Breach[],
): Breach[] {
  const known = new Set(told.map(({ value }) => `${value.pid} ${value.model}`))
  return lanes.flatMap(({ name, model, pid, endedAt, log, rollout }) => {
    if (model === null || endedAt !== null || known.has(`${pid} ${model}`)) return []
    const rule = ruleFor(model, rules)
    if (rule === null) return []
    const value = { about: 'model' as const, rule, model, where: name, line: null, pid }
    return { key: `lane ${log ?? rollout ?? name}`, value }
  })
}

/** A launcher may name models of other programs: only a ban is held against it. */
export function textBreaches(texts: readonly ReadText[], rules: ModelRules): Breach[] {
  return texts.flatMap(({ path, sort, mentions }) =>
    mentions.flatMap(({ model, line }) => {
      const rule = ruleFor(model, sort === 'launcher' ? { ...rules, allowed: [] } : rules)
      if (rule === null) return []
      const value = { about: 'model' as const, rule, model, where: path, line, pid: null }
      return { key: `${path}:${line} ${model}`, value }
    }),
  )
}

export const draftOf = ({ key, value }: Breach, at: Instant) => ({
  kind: 'breach' as const,
  key,
  at,
  value,
})
