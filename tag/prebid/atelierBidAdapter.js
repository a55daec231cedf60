import { ortbConverter } from '../libraries/ortbConverter/converter.js';
import { getUserSyncParams } from '../libraries/userSyncUtils/userSyncUtils.js';
import { registerBidder } from '../src/adapters/bidderFactory.js';
import { BANNER, NATIVE } from '../src/mediaTypes.js';
import { hasPurpose1Consent } from '../src/utils/gdpr.js';
import { deepSetValue, isPlainObject, logWarn, mergeDeep, politeTriggerPixel, replaceMacros } from '../src/utils.js';

/**
 * @typedef {import('../src/adapters/bidderFactory.js').BidRequest} BidRequest
 * @typedef {import('../src/adapters/bidderFactory.js').BidderRequest} BidderRequest
 * @typedef {import('../src/adapters/bidderFactory.js').ServerResponse} ServerResponse
 * @typedef {import('../src/adapters/bidderFactory.js').SyncOptions} SyncOptions
 * @typedef {import('../src/adapters/bidderFactory.js').UserSync} UserSync
 */

const BIDDER_CODE = 'atelier';
const ADAPTER_VERSION = '1.0.0';
const DEFAULT_HOST = 'ads.atelier.example';
const DEFAULT_TTL = 300;

const ACCOUNT = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/i;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1)(:|$)/i;
const UNFILLED_MACRO = /\$\{AUCTION_[A-Z0-9_:]+\}/g;

/**
 * What Prebid tells of a native ad by itself. Views are told only where the publisher has a viewability module and asks
 * for them in `mediaTypes.native.ortb.eventtrackers`, which goes before this.
 */
const NATIVE_REQUEST = { eventtrackers: [{ event: 1, methods: [1] }] };

const converter = ortbConverter({
  context: {
    netRevenue: true,
    ttl: DEFAULT_TTL,
    nativeRequest: NATIVE_REQUEST
  },
  imp(buildImp, bidRequest, context) {
    const imp = buildImp(bidRequest, context);
    imp.tagid = bidRequest.params.placement || imp.tagid || imp.ext?.gpid || bidRequest.adUnitCode;
    deepSetValue(imp, 'displaymanager', 'Prebid.js');
    deepSetValue(imp, 'displaymanagerver', '$prebid.version$');
    return imp;
  },
  request(buildRequest, imps, bidderRequest, context) {
    const request = buildRequest(imps, bidderRequest, context);
    // What one bids is what one pays, unless the publisher says otherwise.
    request.at = request.at ?? 1;
    mergeDeep(request, {
      ext: { prebid: { channel: { name: 'pbjs', version: '$prebid.version$' } }, atelier: { adapter: ADAPTER_VERSION } }
    });
    return request;
  },
  bidResponse(buildBidResponse, bid, context) {
    // The notices are called with all of their macros, when Prebid says that the bid has won and is billed: the converter
    // would put the first into the markup, where most macros stay unfilled.
    const { nurl, burl, ...rest } = bid;
    const bidResponse = buildBidResponse(rest, context);
    bidResponse.atelier = { nurl, burl, auctionId: context.ortbRequest.id };
    return bidResponse;
  }
});

export const spec = {
  code: BIDDER_CODE,
  supportedMediaTypes: [BANNER, NATIVE],

  /**
   * @param {BidRequest} bid
   * @return {boolean} whether its parameters are complete and well-formed
   */
  isBidRequestValid(bid) {
    const { params } = bid;
    if (!isPlainObject(params) || typeof params.account !== 'string' || !ACCOUNT.test(params.account)) {
      logWarn(`${BIDDER_CODE}: params.account is required: 1 to 32 lower-case letters, digits and dashes`);
      return false;
    }
    if (params.host !== undefined && !(typeof params.host === 'string' && HOST.test(params.host))) {
      logWarn(`${BIDDER_CODE}: params.host must be a host name without scheme and path`);
      return false;
    }
    if (params.placement !== undefined && typeof params.placement !== 'string') {
      logWarn(`${BIDDER_CODE}: params.placement must be a text`);
      return false;
    }
    return true;
  },

  /**
   * One OpenRTB request for each account: ad units of one page mostly share theirs.
   *
   * @param {BidRequest[]} validBidRequests
   * @param {BidderRequest} bidderRequest
   * @return {Array<{method: string, url: string, data: Object, options: Object}>}
   */
  buildRequests(validBidRequests, bidderRequest) {
    const byAccount = new Map();
    validBidRequests.forEach((bidRequest) => {
      const url = addressOf('bid', bidRequest.params);
      byAccount.set(url, (byAccount.get(url) || []).concat(bidRequest));
    });
    return Array.from(byAccount, ([url, bidRequests]) => ({
      method: 'POST',
      url,
      data: converter.toORTB({ bidRequests, bidderRequest }),
      options: { endpointCompression: true },
      // For user syncs, which are given the response alone.
      syncUrl: addressOf('sync', bidRequests[0].params)
    }));
  },

  /**
   * @param {ServerResponse} serverResponse
   * @param {Object} request as `buildRequests` made it
   * @return {Object[]} bids
   */
  interpretResponse(serverResponse, request) {
    serverResponse.atelierSyncUrl = request.syncUrl;
    // No bid is an empty answer.
    if (!isPlainObject(serverResponse.body)) return [];
    return converter.fromORTB({ request: request.data, response: serverResponse.body }).bids;
  },

  /**
   * One pixel for each account, which only sets or reads an identifier: none without consent to that, and none for children.
   *
   * @param {SyncOptions} syncOptions
   * @param {ServerResponse[]} serverResponses
   * @param {Object} gdprConsent
   * @param {string} uspConsent
   * @param {Object} gppConsent
   * @param {boolean} coppa
   * @return {UserSync[]}
   */
  getUserSyncs(syncOptions, serverResponses, gdprConsent, uspConsent, gppConsent, coppa) {
    if (!syncOptions.pixelEnabled || coppa || !hasPurpose1Consent(gdprConsent)) return [];
    const query = new URLSearchParams(getUserSyncParams(gdprConsent, uspConsent, gppConsent)).toString();
    const urls = new Set(serverResponses.map(({ atelierSyncUrl }) => atelierSyncUrl).filter(Boolean));
    return Array.from(urls, (url) => ({ type: 'image', url: query ? `${url}?${query}` : url }));
  },

  /** The bid was chosen and is being rendered: nothing is billed by this. */
  onBidWon(bid) {
    callNotice(bid, bid.atelier?.nurl);
  },

  /** The publisher counts the bid as billable: at once, or when it says so (`deferBilling`). */
  onBidBillable(bid) {
    callNotice(bid, bid.atelier?.burl);
  }
};

/** `https://HOST/openrtb2/bid/ACCOUNT`; a developer's own machine needs no certificate. */
function addressOf(action, { account, host = DEFAULT_HOST }) {
  return `${LOCAL_HOST.test(host) ? 'http' : 'https'}://${host}/openrtb2/${action}/${account}`;
}

function callNotice(bid, url) {
  if (!url) return;
  const filled = replaceMacros(url, {
    // Before any adjustment and conversion by the publisher: what we bid.
    AUCTION_PRICE: bid.originalCpm,
    AUCTION_CURRENCY: bid.originalCurrency,
    AUCTION_ID: encodeURIComponent(bid.atelier.auctionId),
    AUCTION_BID_ID: encodeURIComponent(bid.seatBidId || ''),
    AUCTION_IMP_ID: encodeURIComponent(bid.requestId || ''),
    AUCTION_AD_ID: encodeURIComponent(bid.creativeId || ''),
    AUCTION_IMP_TS: Date.now()
  });
  politeTriggerPixel(filled.replace(UNFILLED_MACRO, ''));
}

registerBidder(spec);
