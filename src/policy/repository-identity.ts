/**
 * What names a repository, however its address is written: `host/path` of a URL or of scp's form,
 * without user, password and `.git`; a path stays a path.
 */
export function identityOf(remote: string): string {
  const text = remote.trim()
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/]*)\/+(.*)$/i.exec(text)
  const scp = /^(?:[^/@:]+@)?([^/:]+):(?!\/\/)(.+)$/.exec(text)
  const [, host = '', path = ''] = url ?? scp ?? ['', '', text]
  const bare = path.replace(/\/+$/, '').replace(/\.git$/, '')
  const place = host.toLowerCase().replace(/:(?:22|443)$/, '')
  return place === '' ? bare : `${place}/${bare.replace(/^\/+/, '')}`
}

/** An address that is not known is no other's. */
export const isSameRepository = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && identityOf(one) === identityOf(other)
