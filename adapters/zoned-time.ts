/** Wall clock times of a named zone as instants, by the zone data that Node carries. */
import type { Instant } from '../state/facts.ts'

export interface WallTime {
  /** Any instant of the day that is meant… */
  on: Instant
  hour: number
  minute: number
  /** …as a calendar of this zone shows it; the target zone when not given. */
  dayZone?: string
}

/** Null for a zone that does not exist, and for times before 1970. A time that a clock change skips becomes the one after. */
export function zonedInstant(time: WallTime, zone: string): Instant | null {
  try {
    const day = wallClock(time.on, time.dayZone ?? zone)
    const wanted = Date.UTC(day.year, day.month - 1, day.day, time.hour, time.minute)
    // Twice: the first guess may lie on the other side of a clock change.
    let at = wanted
    for (let pass = 0; pass < 2; pass += 1) at = wanted - offsetAt(at, zone)
    return at >= 0 ? at : null
  } catch {
    return null
  }
}

function offsetAt(at: Instant, zone: string): number {
  const wall = wallClock(at, zone)
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
  return asUtc - Math.floor(at / 1_000) * 1_000
}

function wallClock(at: Instant, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find(each => each.type === type)?.value)
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}
