/** `900000` → `15m`: the largest unit that divides it, as the config writes durations. */
export function duration(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const
  const [name, size] = units.find(([, unit]) => ms >= unit && ms % unit === 0) ?? ['ms', 1]
  return `${ms / size}${name}`
}
