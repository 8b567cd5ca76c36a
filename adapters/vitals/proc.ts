/** Linux's own figures: pure readers of `/proc/loadavg`, `meminfo`, `stat` and `mounts`. */

export type Load = [number, number, number]

/** `/proc/loadavg`: `0.52 0.58 0.59 1/823 12345`. Null when it reads otherwise. */
export function parseLoad(text: string): Load | null {
  const [one, five, fifteen] = text.trim().split(/\s+/, 3).map(Number)
  if (!isFigure(one) || !isFigure(five) || !isFigure(fifteen)) return null
  return [one, five, fifteen]
}

/** `/proc/meminfo`, in bytes. Used is what programs could not get: total less available. */
export function parseMemory(text: string): { total: number; used: number } | null {
  const field = (name: string) => {
    const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? []
    return kib === undefined ? null : Number(kib) * 1_024
  }
  const total = field('MemTotal')
  // Kernels before 3.14 have no MemAvailable.
  const available = field('MemAvailable') ?? field('MemFree')
  if (total === null || available === null) return null
  return { total, used: Math.max(0, total - available) }
}

/** `btime` of `/proc/stat`, in Unix milliseconds: constant while the machine is up. */
export function parseBootTime(text: string): number | null {
  const [, seconds] = /^btime (\d+)$/m.exec(text) ?? []
  return seconds === undefined ? null : Number(seconds) * 1_000
}

/** Mount points of `/proc/self/mounts`; blanks in their names are written as octal escapes. */
export function parseMounts(text: string): string[] {
  return text.split('\n').flatMap(line => {
    const mount = line.split(' ')[1]
    if (!mount) return []
    return [mount.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)))]
  })
}

const isFigure = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0
