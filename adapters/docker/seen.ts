/** Reads what Docker's engine says of containers and images (API 1.41). All of it is foreign. */
import { BOX_STATES, type BoxState } from '../../state/box-facts.ts'
import type { BoxSeen, ImageSeen } from '../box.ts'
import {
  asCount,
  asInstant,
  asInteger,
  asList,
  asObject,
  asText,
  asWord,
  clip,
  type JsonObject,
} from '../foreign.ts'

const LONGEST = 4_096
const MOST = 500

const stateOf = (value: unknown): BoxState => BOX_STATES.find(state => state === value) ?? 'dead'

/** A map of texts, as labels are. */
const readLabels = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asObject(value) ?? {})
      .slice(0, MOST)
      .flatMap(([name, text]) =>
        typeof text === 'string' ? [[clip(name, 200), clip(text, LONGEST)]] : [],
      ),
  )

const texts = (value: unknown): string[] =>
  asList(value)
    .slice(0, MOST)
    .flatMap(text => (typeof text === 'string' ? [clip(text, LONGEST)] : []))

/** The year 1 is Docker's way to say never. */
const instant = (value: unknown): number | null => asInstant(value)

/** Answer of `GET /containers/{id}/json`. */
export function readContainer(value: unknown): BoxSeen | null {
  const all = asObject(value)
  const state = asObject(all?.['State'])
  const id = asWord(all?.['Id'])
  const name = asWord(all?.['Name'])
  if (!all || !state || id === null || name === null) return null
  const word = stateOf(state['Status'])
  const isOver = word === 'exited' || word === 'dead'
  return {
    id,
    name: name.replace(/^\//, ''),
    image: asWord(all['Image']) ?? '',
    state: word,
    pid: asCount(state['Pid']) || null,
    createdAt: instant(all['Created']),
    startedAt: instant(state['StartedAt']),
    exit: isOver ? asInteger(state['ExitCode']) : null,
    isOutOfMemory: state['OOMKilled'] === true,
    labels: readLabels(asObject(all['Config'])?.['Labels']),
  }
}

/** Answers of `GET /images/{name}/json` and `GET /images/{name}/history`. */
export function readImage(value: unknown, history: unknown): ImageSeen | null {
  const all: JsonObject | null = asObject(value)
  const id = asWord(all?.['Id'])
  if (!all || id === null) return null
  const config = asObject(all['Config'])
  return {
    id,
    repoDigests: texts(all['RepoDigests']),
    size: asCount(all['Size']),
    builtAt: instant(all['Created']),
    env: texts(config?.['Env']),
    labels: readLabels(config?.['Labels']),
    history: asList(history)
      .slice(0, MOST)
      .flatMap(layer => asText(asObject(layer)?.['CreatedBy']) ?? [])
      .map(text => clip(text, 4 * LONGEST)),
  }
}

/** A line of `GET /events`. */
export function readEvent(value: unknown) {
  const all = asObject(value)
  const attributes = asObject(asObject(all?.['Actor'])?.['Attributes'])
  const name = asWord(attributes?.['name'])
  const what = asWord(all?.['Action'])
  if (name === null || what === null) return null
  const exit = Number(asWord(attributes?.['exitCode']) ?? Number.NaN)
  return {
    name,
    what,
    exit: Number.isInteger(exit) ? exit : null,
    labels: readLabels(attributes),
  }
}
