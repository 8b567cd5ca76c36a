/**
 * The hub's journal. When it cannot be used, the hub still shows the world, and every act that
 * would have to be journaled is refused with the fault's own words.
 */
import { JournalFault } from '../../state/journal/fault.ts'
import { type Journal, openJournal } from '../../state/journal/journal.ts'

export function openHubJournal(path: string, log: (line: string) => void): Journal {
  try {
    return openJournal(path)
  } catch (error) {
    if (!(error instanceof JournalFault)) throw error
    log(error.message)
    return refusing(path, error)
  }
}

function refusing(path: string, fault: JournalFault): Journal {
  const refuse = () => {
    throw fault
  }
  return {
    status: () => ({ path, seq: 0, message: fault.message }),
    append: refuse,
    appendAll: refuse,
    list: refuse,
    unsettled: () => [],
    follow: refuse,
    verify: () => Promise.resolve({ entries: 0, head: '', fault: fault.message }),
    backup: () => Promise.reject(fault),
    close: () => undefined,
  }
}
