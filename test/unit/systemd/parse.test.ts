import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTimers } from '../../../adapters/systemd/timers.ts'
import { parseUnits } from '../../../adapters/systemd/units.ts'

describe('what systemctl prints', () => {
  it('[O08] whatever it is, reading it does not throw, and entries are counted', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), entries => {
        const read = parseTimers(JSON.stringify(entries))
        expect((read?.timers.length ?? 0) + (read?.skipped ?? 0)).toBe(entries.length)
      }),
    )
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        text => void [parseTimers(text), parseUnits(text)],
      ),
    )
  })

  it('a timer with several schedules shows them all', () => {
    const text = `Id=a.timer
TimersCalendar={ OnCalendar=Mon *-*-* 09:00:00 ; next_elapse=n/a }
TimersCalendar={ OnCalendar=*-*-* 21:00:00 ; next_elapse=n/a }

Id=b.timer
TimersMonotonic={ OnUnitActiveUSec=15min ; next_elapse=4min }
`
    const units = parseUnits(text)
    expect(units.get('a.timer')?.schedule).toBe('Mon *-*-* 09:00:00; *-*-* 21:00:00')
    expect(units.get('b.timer')?.schedule).toBe('OnUnitActiveUSec=15min')
  })
})
