/** What was read of a lane, in clean lines: as the detail's sections and `lane show` have them. */
import { clean } from '../clean.ts'
import type { Instant } from '../facts.ts'
import { moment, plural } from '../format.ts'
import type { LaneBriefs, LaneDiff, LaneTimeline } from '../look.ts'

const lines = (text: string): string[] => text.replace(/\n$/, '').split('\n').map(clean)

export function briefLines({ briefs }: LaneBriefs, now: Instant): readonly string[] {
  if (briefs.length === 0) return ['No brief is known: it was not launched from here.']
  return briefs.flatMap(({ run, at, sha256, isSame, text, isCut }, index) => [
    ...(index > 0 ? [''] : []),
    clean(`── ${run}, ${moment(at, now)}`),
    `── sha256 ${sha256}`,
    ...(isSame ? [] : ['── the file is no longer what was sent: this is what it says now']),
    ...lines(text),
    ...(isCut ? ['── cut: the rest of it is not shown'] : []),
  ])
}

export function diffLines(diff: LaneDiff): readonly string[] {
  if (diff.kind === 'none') return [clean(`No diff: ${diff.message}`)]
  const { directory, branch, base, why, stat, patch, untracked, cut } = diff
  const others = untracked.length === 0 ? [] : [`${plural(untracked.length, 'untracked file')}:`]
  const isSame = stat === '' && patch === '' && untracked.length === 0
  return [
    clean(`── ${directory}, ${branch ?? 'no branch'}, against ${base.slice(0, 12)}: ${why}`),
    ...(isSame ? ['Nothing differs.'] : []),
    ...(cut === null ? [] : [`── ${cut}`]),
    ...(stat === '' ? [] : lines(stat)),
    ...others,
    ...untracked.map(name => clean(`   ${name}`)),
    ...(patch === '' ? [] : ['', ...lines(patch)]),
    ...(cut === null ? [] : [`── ${cut}`]),
  ]
}

/** Days do not shift the texts: each instant takes the same cells. */
const WIDEST_MOMENT = 16

export function timelineLines(timeline: LaneTimeline, now: Instant): readonly string[] {
  const { entries, cut, fault } = timeline
  return [
    ...(fault === null ? [] : [clean(`── its own log was not read: ${fault}`)]),
    ...(cut === null ? [] : [`── ${cut}`]),
    ...(entries.length === 0 ? ['Nothing is on record of it.'] : []),
    ...entries.map(({ at, seq, who, text }) => {
      const when = (at === null ? '?' : moment(at, now)).padStart(WIDEST_MOMENT)
      const number = seq === null ? '' : ` #${seq}`
      return clean(`${when}  ${who}${number}: ${text}`)
    }),
  ]
}
