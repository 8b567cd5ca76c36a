/** What the probe is asked about boxes. It looks; the hub alone makes and ends them. */
import type { PROBE_BOX_METHODS } from '../../rpc/box-api.ts'
import type { Implementation } from '../../rpc/serve.ts'
import type { PROBE_VALIDATE_METHODS } from '../../rpc/validate-api.ts'
import { checkout, drop } from './checkout.ts'
import { ground } from './ground.ts'
import { scanImage } from './scan-image.ts'
import { lookAtSocket } from './socket.ts'

export const boxes: Implementation<typeof PROBE_BOX_METHODS & typeof PROBE_VALIDATE_METHODS> = {
  'box.socket': lookAtSocket,
  'box.ground': ground,
  'box.scan': scanImage,
  'validate.checkout': checkout,
  'validate.drop': drop,
}
