/**
 * The record of a run: a file beside its log that only its owner reads. It is written before the
 * run's prompt is sent, so that whoever comes after a crash knows what stands there.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { RunRecord } from '../../rpc/lane-api.ts'
import { linkOnce } from '../link-once.ts'

export const filesOf = (logs: string, stem: string) => ({
  record: join(logs, `${stem}.json`),
  brief: join(logs, `${stem}.brief.md`),
  gate: join(logs, `${stem}.gate`),
  stderr: join(logs, `${stem}.stderr`),
})

/** False when there is a record of that name: then nothing was written. */
export async function claimRecord(logs: string, record: RunRecord): Promise<boolean> {
  await mkdir(logs, { recursive: true, mode: 0o700 })
  const { record: path } = filesOf(logs, record.stem)
  const draft = await writeDraft(path, record)
  return linkOnce(draft, path)
}

/** In the run's turn: what was taken back would be there again. */
export async function replaceRecord(logs: string, record: RunRecord): Promise<void> {
  const { record: path } = filesOf(logs, record.stem)
  await rename(await writeDraft(path, record), path)
}

async function writeDraft(path: string, record: RunRecord): Promise<string> {
  const draft = `${path}.${process.pid}.new`
  await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true })
  return draft
}

/** Removes what a probe that died left of a record that it was about to write. */
export async function removeDrafts(logs: string, stem: string): Promise<void> {
  const { record } = filesOf(logs, stem)
  const prefix = `${basename(record)}.`
  for (const file of await readdir(logs).catch(() => [])) {
    if (file.startsWith(prefix) && file.endsWith('.new'))
      await rm(join(logs, file), { force: true })
  }
}

/** A record that is older than tickets may be anybody's. */
export const isOf = ({ ticket }: RunRecord, asked: string | null): boolean =>
  ticket === null || asked === null || ticket === asked

/** Null when there is none, or what is there is no record of ours. */
export async function readRecord(logs: string, stem: string): Promise<RunRecord | null> {
  try {
    const text = await readFile(filesOf(logs, stem).record, 'utf8')
    return RunRecord.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Runs of a lane, the newest last. */
export async function runsOf(logs: string, name: string): Promise<RunRecord[]> {
  const numberOf = (file: string) => {
    if (file === `${name}.json`) return 1
    const [, number] = file.startsWith(`${name}.`)
      ? (/^(\d{1,4})\.json$/.exec(file.slice(name.length + 1)) ?? [])
      : []
    return number === undefined ? 0 : Number(number)
  }
  const files = await readdir(logs).catch(() => [])
  const stems = files
    .filter(file => numberOf(file) > 0)
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map(file => file.slice(0, -'.json'.length))
  const records = await Promise.all(stems.map(stem => readRecord(logs, stem)))
  return records.filter(record => record !== null)
}
