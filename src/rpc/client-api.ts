/** The hub as clients see it. `client.ts` fulfils it over a socket. */
import type { ClientEvents, HubEvents, HubMethod, HubParams, HubResult } from './hub-api.ts'

export interface HubClient {
  /** Rejects with RpcFault when the hub answers with an error, or is gone. */
  request<M extends HubMethod>(method: M, params: HubParams<M>): Promise<HubResult<M>>
  /** Listens; returns the function that stops listening. */
  on<E extends keyof HubEvents>(event: E, listener: (payload: HubEvents[E]) => void): () => void
  /** Tells without asking. */
  notify<E extends keyof ClientEvents>(event: E, payload: ClientEvents[E]): void
  /** Reads no more from the hub until `until` is settled: for a client whose own reader lags. */
  hold(until: Promise<unknown>): void
  /** Resolves when the socket is gone, whoever closed it. */
  readonly closed: Promise<void>
  close(): void
}
