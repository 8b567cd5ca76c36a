/**
 * Whether a lane may be launched: its brief, its name, its model, the repository against canon,
 * the program, and the room it would work in. All that is wrong is told at once.
 */
import type { CanonRepo } from '../../state/config.ts'
import { brokenRule, type ModelRules } from '../../state/model-rule.ts'
import type { Survey } from '../rpc/lane-api.ts'
import { judgeBrief } from './brief.ts'
import { identityOf } from './repository-identity.ts'

/** What can be judged before the host is asked. */
export interface Wish {
  brief: string
  name: string
  model: string | null
}

export const isLaneName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,60}$/.test(name)

/** Empty when nothing stands against it. */
export function judgeWish(wish: Wish, models: ModelRules): string[] {
  const name = isLaneName(wish.name)
    ? []
    : [`${JSON.stringify(wish.name)} is no name for a lane: a-z, 0-9, - and _, at most 61`]
  return [...judgeBrief(wish.brief), ...name, ...judgeModel(wish.model, models)]
}

export function judgeModel(model: string | null, rules: ModelRules): string[] {
  const { allowed, banned } = rules
  if (model === null) {
    return allowed.length === 0
      ? []
      : [`no model is named and only some are allowed: --model, one of ${allowed.join(', ')}`]
  }
  // It becomes a word of the agent's command line, and must not be taken for a flag there.
  if (!isModelName(model)) return [`${JSON.stringify(model)} is no name of a model`]
  const broken = brokenRule(model, { allowed, banned })
  if (broken === null) return []
  return [`the model ${model} may not run (${broken}; the profile's \`models\` say so)`]
}

const isModelName = (model: string): boolean => /^[\w@][\w.:/@[\]-]{0,99}$/.test(model)

/** The entry that a launch means: by path, or the only one there is. */
export function canonFor(path: string | null, repos: readonly CanonRepo[]): CanonRepo | null {
  if (path === null) return repos.length === 1 ? (repos[0] ?? null) : null
  return repos.find(repo => trimmed(repo.path) === trimmed(path)) ?? null
}

const trimmed = (path: string) => path.replace(/(?<=.)\/+$/, '')

/** What the host says, against what canon says. */
export function judgeSurvey(survey: Survey, canon: CanonRepo | null, name: string): string[] {
  return [
    ...judgeRepository(survey, canon),
    ...(survey.program.path === null
      ? [`${survey.program.name} is not on ${survey.hostname}: looked in ${survey.program.looked}`]
      : []),
    ...(survey.runs.length > 0
      ? [`a lane named ${name} was launched before: choose another --name, or resume that one`]
      : []),
    ...(survey.treeExists
      ? [`${survey.tree} is there already: two lanes never share a worktree`]
      : []),
    ...(survey.branchExists ? [`the branch lane/${name} is there already`] : []),
  ]
}

function judgeRepository({ repository, hostname }: Survey, canon: CanonRepo | null): string[] {
  if (repository === null) return []
  const { path, remote, branch, fault } = repository
  const seen =
    fault ??
    `${remote === null ? 'no origin' : identityOf(remote)} ${branch ?? 'no default branch'}`
  if (canon === null) {
    return [`wrong repository: ${path} on ${hostname} is ${seen}, and launch.repos has no entry`]
  }
  const wanted = `${identityOf(canon.remote)} ${canon.branch}`
  if (fault === null && seen === wanted) return []
  const mend = branch === null && fault === null ? ' (git remote set-head origin -a tells it)' : ''
  return [`wrong repository: ${path} on ${hostname} is ${seen}; canon says ${wanted}${mend}`]
}
