/** Whether an image is the one that is pinned, and holds no secret. */
import type { ImageSeen } from '../../adapters/box.ts'
import { holdsSecret } from '../../state/redact.ts'
import type { BoxWish } from './box-wish.ts'

const PIN = /@(sha256:[0-9a-f]{64})$/

/** What the profile pins, and the name before it. */
export function splitImage(image: string): { name: string; pin: string | null } {
  const pin = PIN.exec(image)?.[1] ?? null
  return { name: pin === null ? image : image.slice(0, -pin.length - 1), pin }
}

/** Digests that an image goes by: its own id, and what registries call it. */
const digestsOf = ({ id, repoDigests }: ImageSeen): string[] => [
  id,
  ...repoDigests.flatMap(text => PIN.exec(text)?.[1] ?? []),
]

/** Empty when it is what is pinned. */
export function pinDrift(pin: string | null, image: ImageSeen): string[] {
  if (pin === null) return ['it is pinned to no digest']
  if (digestsOf(image).includes(pin)) return []
  return [`it is ${short(image.id)}, and ${short(pin)} is pinned`]
}

const short = (digest: string) => digest.slice(0, 'sha256:'.length + 12)

export function judgeImage({ profile, image, scan }: Pick<BoxWish, 'profile' | 'image' | 'scan'>) {
  const { name, pin } = splitImage(profile.image)
  if (image === null) return [`the image ${name} is not on the host: pull or build it there`]
  const drift = pinDrift(pin, image).map(
    why => `the image ${name}: ${why}: image = "${name}@${image.id}" takes what is there`,
  )
  return [...drift, ...judgeTexts(name, image), ...judgeScan(name, profile.scan, scan)]
}

function judgeTexts(name: string, { env, labels, history }: ImageSeen): string[] {
  const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const places: [string, readonly string[]][] = [
    ['environment', env],
    ['labels', labelled],
    ['history', history],
  ]
  return places.flatMap(([place, texts]) =>
    texts.some(holdsSecret)
      ? [`the ${place} of the image ${name} holds what looks like a secret`]
      : [],
  )
}

function judgeScan(name: string, most: number, scan: BoxWish['scan']): string[] {
  if (scan === null) return []
  if ('fault' in scan)
    return [`the layers of ${name} could not be searched for secrets: ${scan.fault}`]
  const told = scan.secrets.map(
    path =>
      `${path} in a layer of ${name} looks as if it holds a secret (\`ignore\` names examples)`,
  )
  if (scan.isWhole) return told
  return [
    ...told,
    `${name} is larger than ${most} bytes: the rest of it was not searched for secrets`,
  ]
}
