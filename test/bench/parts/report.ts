/** What a bench prints: tables of words, and figures with as many digits as they deserve. */
import type { Summary } from './measure.ts'

/** More digits than this a shared machine cannot promise. */
export const figure = (value: number): string =>
  Number.isFinite(value)
    ? value.toLocaleString('en', { maximumSignificantDigits: value < 99.5 ? 2 : 3 })
    : '-'

export const spread = ({ p50, p95 }: Summary): string => `${figure(p50)} / ${figure(p95)}`

export const times = (value: number, base: number): string => `×${figure(value / base)}`

/** The slow end far from the middle: the machine was busy, or the thing itself is uneven. */
const NOISY = 3

export const noise = (named: readonly (readonly [name: string, summary: Summary])[]): string[] =>
  named
    .filter(([, { p50, p95 }]) => p95 > NOISY * p50)
    .map(([name, of]) => `noisy: ${name}: p95 is ${times(of.p95, of.p50)} of p50`)

/** Columns aligned; the first to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) =>
        column === 0 ? (cells[0] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width),
      )
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map(width => '─'.repeat(width))), ...rows.map(line)].join('\n')
}
