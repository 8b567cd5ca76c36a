/** Reads `systemctl show -p …`: `Name=value` lines, a blank line between units. */

export interface Unit {
  id: string
  /** `loaded`, `not-found`, `masked`, … */
  load: string
  /** `active`, `inactive`, `failed`, `activating`, … */
  active: string
  /** `running`, `dead`, `auto-restart`, `exited`, … */
  sub: string
  /** How the last run ended: `success`, `exit-code`, `timeout`, … */
  result: string
  /** Exit status of the last run's main process. */
  exitStatus: number | null
  command: string
  /** Calendar or interval text of a timer. */
  schedule: string
}

/** What is asked of every unit; those that it does not have are left out by systemctl. */
export const UNIT_PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'ExecMainStatus',
  'ExecStart',
  'TimersCalendar',
  'TimersMonotonic',
]

const MAX_TEXT = 500

/** Units by their id. Never throws; unknown lines are left out. */
export function parseUnits(text: string): Map<string, Unit> {
  const units = new Map<string, Unit>()
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
      // A timer with several schedules has a line for each.
      if (name === undefined || value === undefined) continue
      const before = fields.get(name)
      fields.set(name, before ? `${before}; ${value}` : value)
    }
    const id = fields.get('Id')
    if (id) units.set(id, unitOf(id, fields))
  }
  return units
}

function unitOf(id: string, fields: ReadonlyMap<string, string>): Unit {
  const field = (name: string) => (fields.get(name) ?? '').slice(0, MAX_TEXT)
  const status = Number.parseInt(field('ExecMainStatus'), 10)
  return {
    id,
    load: field('LoadState'),
    active: field('ActiveState'),
    sub: field('SubState'),
    result: field('Result'),
    exitStatus: Number.isNaN(status) ? null : status,
    command: /argv\[\]=(.*?) ;/.exec(field('ExecStart'))?.[1] ?? '',
    schedule: scheduleOf(field('TimersCalendar') || field('TimersMonotonic')),
  }
}

/** `{ OnCalendar=*-*-* 04:00:00 ; next_elapse=… }` → `*-*-* 04:00:00`. */
const scheduleOf = (text: string): string =>
  [...text.matchAll(/\{ (?:OnCalendar=)?(.*?) ;/g)].map(([, schedule]) => schedule).join('; ')
