/** The form from which a lane is launched. */
import { ENGINES, type Engine } from '../words.ts'

export interface LaunchForm {
  /** Path of the brief on this machine. */
  readonly brief: string
  /** Empty: after the brief's file. */
  readonly name: string
  readonly engine: Engine
  /** Empty: the engine's own. */
  readonly model: string
  /** Path of the checkout on the host. Empty: the only one. */
  readonly repo: string
}

export const LAUNCH_FIELDS = ['brief', 'name', 'engine', 'model', 'repo'] as const
export type LaunchField = (typeof LAUNCH_FIELDS)[number]

export interface LaunchScreen {
  readonly kind: 'launch'
  /** The field under the cursor. */
  readonly index: number
  readonly form: LaunchForm
  /** Why it was refused. */
  readonly problems: readonly string[]
}

export const NEW_LAUNCH: LaunchScreen = {
  kind: 'launch',
  index: 0,
  form: { brief: '', name: '', engine: 'codex', model: '', repo: '' },
  problems: [],
}

export const fieldOf = ({ index }: LaunchScreen): LaunchField => LAUNCH_FIELDS[index] ?? 'brief'

/** Null when the field is no text. */
export function fieldText(screen: LaunchScreen): string | null {
  const field = fieldOf(screen)
  return field === 'engine' ? null : screen.form[field]
}

export function withField(screen: LaunchScreen, text: string): LaunchScreen {
  const field = fieldOf(screen)
  return field === 'engine'
    ? screen
    : { ...screen, form: { ...screen.form, [field]: text }, problems: [] }
}

export function withNextEngine(screen: LaunchScreen): LaunchScreen {
  const at = ENGINES.indexOf(screen.form.engine)
  const engine = ENGINES[(at + 1) % ENGINES.length] ?? 'codex'
  return { ...screen, form: { ...screen.form, engine } }
}
