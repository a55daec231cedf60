import { expect } from 'chai';
import { spec } from 'modules/atelierBidAdapter.js';
import { newBidder } from 'src/adapters/bidderFactory.js';
import { deepClone } from 'src/utils.js';
// What Prebid's own modules put into the requests of adapters that use the ORTB converter.
import 'modules/priceFloors.js';
import 'modules/currency.js';

describe('atelierBidAdapter', () => {
  const banner = {
    bidder: 'atelier',
    params: { account: 'demo' },
    adUnitCode: 'top',
    bidId: 'bid-1',
    bidderRequestId: 'request-1',
    auctionId: 'auction-1',
    mediaTypes: {
      banner: {
        sizes: [
          [300, 250],
          [300, 600]
        ],
        pos: 1
      }
    },
    ortb2Imp: { ext: { gpid: '/1234/top' }, secure: 1 },
    ortb2: {}
  };
  const native = {
    ...banner,
    bidId: 'bid-2',
    adUnitCode: 'list',
    mediaTypes: { native: {} },
    nativeOrtbRequest: { ver: '1.2', assets: [{ id: 1, required: 1, title: { len: 60 } }] },
    ortb2Imp: {}
  };
  const bidderRequest = {
    bidderCode: 'atelier',
    bidderRequestId: 'request-1',
    auctionId: 'auction-1',
    timeout: 800,
    refererInfo: { page: 'https://www.publisher.example/annonces', domain: 'www.publisher.example' },
    ortb2: {
      site: { page: 'https://www.publisher.example/annonces', domain: 'publisher.example' },
      source: { ext: { schain: { ver: '1.0', complete: 1, nodes: [{ asi: 'publisher.example', sid: '1', hp: 1 }] } } },
      user: { ext: { eids: [{ source: 'id.example', uids: [{ id: 'abc', atype: 1 }] }], consent: 'CP' } },
      regs: { ext: { gdpr: 1 }, gpp: 'DBAA', gpp_sid: [2] },
      bcat: ['IAB25'],
      badv: ['rival.example']
    }
  };
  const requestsOf = (...bids) => spec.buildRequests(bids, { ...bidderRequest, bids });

  describe('inherited functions', () => {
    it('exists and is a function', () => {
      expect(newBidder(spec).callBids).to.exist.and.to.be.a('function');
    });
  });

  describe('isBidRequestValid', () => {
    const isValid = (params) => spec.isBidRequestValid({ ...deepClone(banner), params });

    it('accepts an account, with or without a host and a placement', () => {
      expect(isValid({ account: 'demo' })).to.equal(true);
      expect(isValid({ account: 'demo', host: 'staging.ads.example:8443', placement: 'top' })).to.equal(true);
    });

    it('refuses a missing or malformed account', () => {
      [undefined, {}, { account: '' }, { account: 7 }, { account: 'Demo' }, { account: '../demo' }].forEach(
        (params) => {
          expect(isValid(params)).to.equal(false);
        }
      );
    });

    it('refuses a host with a scheme or a path, and a placement that is no text', () => {
      expect(isValid({ account: 'demo', host: 'https://ads.example' })).to.equal(false);
      expect(isValid({ account: 'demo', host: 'ads.example/path' })).to.equal(false);
      expect(isValid({ account: 'demo', placement: 7 })).to.equal(false);
    });
  });

  describe('buildRequests', () => {
    it('posts one OpenRTB request with an imp for each ad unit', () => {
      const requests = requestsOf(banner, native);
      expect(requests).to.have.lengthOf(1);
      const [{ method, url, data }] = requests;
      expect(method).to.equal('POST');
      expect(url).to.equal('https://ads.atelier.example/openrtb2/bid/demo');
      expect(data.at).to.equal(1);
      expect(data.tmax).to.equal(800);
      expect(data.imp.map(({ id }) => id)).to.deep.equal(['bid-1', 'bid-2']);
    });

    it('asks each account by itself, over http on the own machine alone', () => {
      const requests = requestsOf(banner, { ...native, params: { account: 'other', host: 'localhost:8080' } });
      expect(requests.map(({ url }) => url)).to.deep.equal([
        'https://ads.atelier.example/openrtb2/bid/demo',
        'http://localhost:8080/openrtb2/bid/other'
      ]);
      expect(requests.map(({ data }) => data.imp.length)).to.deep.equal([1, 1]);
    });

    it('describes a banner', () => {
      const [{ data }] = requestsOf(banner);
      const [imp] = data.imp;
      expect(imp.banner.format).to.deep.equal([
        { w: 300, h: 250 },
        { w: 300, h: 600 }
      ]);
      expect(imp.banner.pos).to.equal(1);
      expect(imp.secure).to.equal(1);
      expect(imp.tagid).to.equal('/1234/top');
    });

    it('describes a native ad, with the one event that Prebid always tells', () => {
      const [{ data }] = requestsOf(native);
      const request = JSON.parse(data.imp[0].native.request);
      expect(request.assets).to.deep.equal(native.nativeOrtbRequest.assets);
      expect(request.eventtrackers).to.deep.equal([{ event: 1, methods: [1] }]);
      expect(data.imp[0].tagid).to.equal('list');
    });

    it('lets the publisher ask for more native events', () => {
      const eventtrackers = [
        { event: 1, methods: [1] },
        { event: 2, methods: [1] }
      ];
      const [{ data }] = requestsOf({ ...native, nativeOrtbRequest: { ...native.nativeOrtbRequest, eventtrackers } });
      expect(JSON.parse(data.imp[0].native.request).eventtrackers).to.deep.equal(eventtrackers);
    });

    it('names the placement of its parameters first', () => {
      const [{ data }] = requestsOf({ ...banner, params: { account: 'demo', placement: 'une' } });
      expect(data.imp[0].tagid).to.equal('une');
    });

    it('takes the floor from the floors module', () => {
      const getFloor = ({ currency }) => ({ currency: currency === 'EUR' ? 'EUR' : 'USD', floor: 1.25 });
      const [{ data }] = requestsOf({ ...banner, getFloor });
      expect(data.imp[0].bidfloor).to.equal(1.25);
      expect(data.imp[0].bidfloorcur).to.equal('USD');
    });

    it('passes on consent, supply chain, identifiers, block lists and page as Prebid has them', () => {
      const [{ data }] = requestsOf(banner);
      const { site, source, user, regs, bcat, badv } = bidderRequest.ortb2;
      expect(data.regs).to.deep.equal(regs);
      expect(data.user).to.deep.equal(user);
      expect(data.source.ext.schain).to.deep.equal(source.ext.schain);
      expect(data.site.page).to.equal(site.page);
      expect(data.bcat).to.deep.equal(bcat);
      expect(data.badv).to.deep.equal(badv);
    });

    it('changes nothing of what Prebid gave it', () => {
      const before = JSON.stringify([banner, native, bidderRequest]);
      requestsOf(banner, native);
      expect(JSON.stringify([banner, native, bidderRequest])).to.equal(before);
    });
  });

  const bannerBid = {
    id: 'their-1',
    impid: 'bid-1',
    price: 2.5,
    adm: '<div>ad</div>',
    adomain: ['garage.example'],
    crid: '120-a',
    cid: '12',
    cat: ['IAB2', 'IAB2-3'],
    w: 300,
    h: 250,
    mtype: 1,
    exp: 120,
    nurl: 'https://ads.atelier.example/openrtb2/n/w/t?price=${AUCTION_PRICE}&mtw=${AUCTION_MIN_TO_WIN}',
    burl: 'https://ads.atelier.example/openrtb2/n/b/t?price=${AUCTION_PRICE}&cur=${AUCTION_CURRENCY}&auction=${AUCTION_ID}',
    lurl: 'https://ads.atelier.example/openrtb2/n/l/t?loss=${AUCTION_LOSS}',
    ext: { dsa: { behalf: 'Garage', paid: 'Garage', adrender: 1 } }
  };
  const nativeBid = {
    ...bannerBid,
    id: 'their-2',
    impid: 'bid-2',
    mtype: 4,
    w: undefined,
    h: undefined,
    adm: JSON.stringify({
      ver: '1.2',
      assets: [{ id: 1, title: { text: 'Garage' } }],
      link: { url: 'https://a.example' }
    })
  };
  const answerOf = (bid) => ({ id: 'a', cur: 'EUR', seatbid: [{ seat: 'atelier', bid: [].concat(bid) }] });
  const interpret = (bid, ...bids) => {
    const [request] = requestsOf(...bids);
    const response = { body: answerOf(bid), headers: { get: () => null } };
    return { bids: spec.interpretResponse(response, request), response, request };
  };

  describe('interpretResponse', () => {
    it('reads a banner', () => {
      const {
        bids: [bid]
      } = interpret(bannerBid, banner);
      expect(bid).to.include({
        requestId: 'bid-1',
        mediaType: 'banner',
        cpm: 2.5,
        currency: 'EUR',
        width: 300,
        height: 250,
        ttl: 120,
        creativeId: '120-a',
        netRevenue: true
      });
      expect(bid.meta.advertiserDomains).to.deep.equal(['garage.example']);
      expect(bid.meta.primaryCatId).to.equal('IAB2');
      expect(bid.meta.dsa.adrender).to.equal(1);
    });

    it('leaves the markup of a banner as it is: notices are called, not written into it', () => {
      const {
        bids: [bid]
      } = interpret(bannerBid, banner);
      expect(bid.ad).to.equal(bannerBid.adm);
    });

    it('reads a native ad', () => {
      const {
        bids: [bid]
      } = interpret(nativeBid, native);
      expect(bid.mediaType).to.equal('native');
      expect(bid.native.ortb.assets[0].title.text).to.equal('Garage');
    });

    it('reads bids of several imps', () => {
      const { bids } = interpret([bannerBid, nativeBid], banner, native);
      expect(bids.map(({ requestId }) => requestId)).to.deep.equal(['bid-1', 'bid-2']);
    });

    it('takes an empty answer, and one that only says why, for no bid', () => {
      const [request] = requestsOf(banner);
      expect(spec.interpretResponse({ body: '' }, request)).to.deep.equal([]);
      expect(spec.interpretResponse({ body: { id: 'a', nbr: 500 } }, request)).to.deep.equal([]);
    });
  });

  describe('getUserSyncs', () => {
    const options = { pixelEnabled: true, iframeEnabled: true };
    const consent = (purpose1) => ({
      gdprApplies: true,
      consentString: 'CP',
      vendorData: { purpose: { consents: { 1: purpose1 } } }
    });
    const responsesOf = (...accounts) =>
      accounts.map((account) => {
        const [request] = requestsOf({ ...banner, params: { account } });
        const response = { body: '' };
        spec.interpretResponse(response, request);
        return response;
      });

    it('syncs each account once, with what the user has consented to', () => {
      const syncs = spec.getUserSyncs(
        options,
        responsesOf('demo', 'demo', 'other'),
        consent(true),
        undefined,
        {
          gppString: 'DBAA~x',
          applicableSections: [2]
        },
        false
      );
      expect(syncs.map(({ type }) => type)).to.deep.equal(['image', 'image']);
      const url = new URL(syncs[0].url);
      expect(url.origin + url.pathname).to.equal('https://ads.atelier.example/openrtb2/sync/demo');
      expect(Object.fromEntries(url.searchParams)).to.deep.equal({
        gdpr: '1',
        gdpr_consent: 'CP',
        gpp: 'DBAA~x',
        gpp_sid: '2'
      });
    });

    it('syncs nothing without consent to store, for children, without pixels and without an answer', () => {
      const responses = responsesOf('demo');
      expect(spec.getUserSyncs(options, responses, consent(false))).to.deep.equal([]);
      expect(spec.getUserSyncs(options, responses, { gdprApplies: true })).to.deep.equal([]);
      expect(spec.getUserSyncs(options, responses, consent(true), undefined, undefined, true)).to.deep.equal([]);
      expect(spec.getUserSyncs({ pixelEnabled: false, iframeEnabled: true }, responses)).to.deep.equal([]);
      expect(spec.getUserSyncs(options, [])).to.deep.equal([]);
    });
  });

  describe('notices', () => {
    const realFetch = window.fetch;
    let called;

    beforeEach(() => {
      called = new Promise((resolve) => {
        window.fetch = (request) => {
          resolve(request.url);
          return Promise.resolve();
        };
      });
    });

    afterEach(() => {
      window.fetch = realFetch;
    });

    const wonBid = (bid) => ({ ...interpret(bid, banner).bids[0], originalCpm: 2.5, originalCurrency: 'EUR', cpm: 9 });

    it('tells of a win with our own price, and leaves no macro in the address', async () => {
      spec.onBidWon(wonBid(bannerBid));
      const url = new URL(await called);
      expect(url.pathname).to.equal('/openrtb2/n/w/t');
      expect(Object.fromEntries(url.searchParams)).to.deep.equal({ price: '2.5', mtw: '' });
    });

    it('tells of billing with price, currency and the request it belongs to', async () => {
      const bid = wonBid(bannerBid);
      spec.onBidBillable(bid);
      const url = new URL(await called);
      expect(url.pathname).to.equal('/openrtb2/n/b/t');
      expect(Object.fromEntries(url.searchParams)).to.deep.equal({
        price: '2.5',
        cur: 'EUR',
        auction: bid.atelier.auctionId
      });
    });

    it('says nothing of a bid without addresses', async () => {
      spec.onBidWon({ ...wonBid({ ...bannerBid, nurl: undefined }) });
      spec.onBidBillable(wonBid(bannerBid));
      expect(new URL(await called).pathname).to.equal('/openrtb2/n/b/t');
    });
  });
});
