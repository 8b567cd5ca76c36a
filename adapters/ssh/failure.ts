/** Turns what ssh2 and sockets say into the words of the transport contract. */
import type { TransportFailure } from '../transport.ts'

/** Longer texts from the other side are cut: an error is a line, not a page. */
const LONGEST = 300

/** A host's own words, made fit for one line. */
export const quoteHost = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST)

export const refused = (message: string, mend: string): TransportFailure => ({
  kind: 'refused',
  message,
  mend,
})

export const unreachable = (message: string, mend: string): TransportFailure => ({
  kind: 'unreachable',
  message,
  mend,
})

export const unknownOutcome = (message: string): TransportFailure => ({
  kind: 'unknown-outcome',
  message,
  mend: 'it may or may not have run: look at the host before you repeat it',
})

/** Of an error as ssh2 raises it while connecting: `level` and a socket's `code`. */
export interface ConnectError extends Error {
  level?: string
  code?: string | number
}

const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: 'check the host name, and that DNS answers',
  EAI_AGAIN: 'DNS gives no answer: check the network',
  ECONNREFUSED: 'nothing listens there: check the port, and that sshd runs',
  EHOSTUNREACH: 'there is no way to the host: check the network or the VPN',
  ENETUNREACH: 'there is no way to the host: check the network or the VPN',
  ETIMEDOUT: 'the host does not answer: check the network or the firewall',
}

/** Why a connection did not come up, apart from host keys and sign-in. */
export function connectFailure(where: string, error: ConnectError): TransportFailure {
  const said = quoteHost(error.message)
  if (error.level === 'client-timeout') {
    return unreachable(`${where} did not answer in time`, NETWORK['ETIMEDOUT'] ?? '')
  }
  if (error.level === 'handshake' && /no matching/i.test(said)) {
    const mend = 'the server and this program share no algorithm: update sshd there'
    return refused(`${where}: ${said}`, mend)
  }
  const mend = NETWORK[String(error.code)] ?? `see whether \`ssh ${where}\` gets through`
  return unreachable(`${where}: ${said}`, mend)
}

/** Why an open connection ended. */
export function lostFailure(where: string, error: ConnectError | null): TransportFailure {
  if (error?.level === 'client-timeout') {
    return unreachable(`${where} no longer answers`, NETWORK['ETIMEDOUT'] ?? '')
  }
  const why = error ? quoteHost(error.message) : 'the host closed it'
  return unreachable(`the connection to ${where} is lost: ${why}`, 'check the network and sshd')
}
