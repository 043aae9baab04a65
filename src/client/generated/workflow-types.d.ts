// Generated from the workflows by `npm run client`. Do not edit.

export interface Contract {
  workflows: Workflows;
  problem: ProblemDocument;
  history: HistoryEntry;
}
/**
 * Every workflow by name: its start, its representation, its events and its deadlines
 */
export interface Workflows {
  /**
   * Verifies that a person receives the mail of an address.
   */
  'email-verification': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * An email address
       */
      email: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: EmailVerification;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the destination.
       */
      'submit-code': {
        /**
         * The six digits from the message
         */
        code: string;
      };
      /**
       * Sends the current code again.
       */
      'resend-code': {};
      /**
       * Requests a new code after the current one has expired.
       */
      'request-new-code': {};
      /**
       * Ends the session without success.
       */
      cancel: {};
      /**
       * Corrects the address: a new code goes to the new one, the old code is worth nothing any more.
       */
      'change-email': {
        /**
         * An email address
         */
        email: string;
      };
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Verifies that a person can be reached at a telephone number, by text message or by voice.
   */
  'phone-verification': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * A telephone number: international, or in the national format of `country`
       */
      phone?: string;
      /**
       * The country of a national number
       */
      country?: string;
      /**
       * As a text message, or as a call that speaks the code
       */
      channel?: 'sms' | 'voice';
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: PhoneVerification;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the destination.
       */
      'submit-code': {
        /**
         * The six digits from the message
         */
        code: string;
      };
      /**
       * Sends the current code again.
       */
      'resend-code': {};
      /**
       * Requests a new code after the current one has expired.
       */
      'request-new-code': {};
      /**
       * Ends the session without success.
       */
      cancel: {};
      /**
       * Gives the number, and how the code is to come.
       */
      'provide-number': {
        /**
         * A telephone number: international, or in the national format of `country`
         */
        phone: string;
        /**
         * The country of a national number
         */
        country?: string;
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Goes back to the entry of a number: the code that was sent is worth nothing any more.
       */
      'change-number': {};
      /**
       * Sends the current code again, by text message or by voice.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Verifies that the owner of an account is there, by password and code.
   */
  'login-verification': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * An email address
       */
      email: string;
      /**
       * The password of the account
       */
      password: string;
      /**
       * As a text message, as a call that speaks the code, or as an email
       */
      channel?: 'sms' | 'voice' | 'email';
      /**
       * What an earlier login on this device gave, to be trusted
       */
      deviceToken?: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: LoginVerification;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong one is counted, against the account too.
       */
      'submit-code': {
        /**
         * The six digits from the message
         */
        code: string;
        /**
         * Whether later logins on this device need no code
         */
        trustDevice?: boolean;
      };
      /**
       * Sends the current code again.
       */
      'resend-code': {};
      /**
       * Requests a new code after the current one has expired.
       */
      'request-new-code': {};
      /**
       * Ends the session without success.
       */
      cancel: {};
      /**
       * Tries an email address and a password.
       */
      'submit-credentials': {
        /**
         * An email address
         */
        email: string;
        /**
         * The password of the account
         */
        password: string;
        /**
         * As a text message, as a call that speaks the code, or as an email
         */
        channel?: 'sms' | 'voice' | 'email';
        /**
         * What an earlier login on this device gave, to be trusted
         */
        deviceToken?: string;
      };
      /**
       * Sends the current code again, another way.
       */
      'switch-channel': {
        /**
         * As a text message, as a call that speaks the code, or as an email
         */
        channel: 'sms' | 'voice' | 'email';
      };
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Sets up an account: verifies its address, and its telephone number if it is to have one.
   */
  'account-setup': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * An email address
       */
      email: string;
      /**
       * The new password: 8 characters or more, and hard to guess
       */
      password: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: AccountSetup;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Does without a telephone number: codes will come by email.
       */
      'continue-without-phone': {};
      /**
       * Begins to link an account at a provider. The person agrees at `authorizationUrl`.
       */
      'link-account': {
        /**
         * A configured provider
         */
        provider: string;
        /**
         * Exactly one of LINK_RETURN_URLS. The provider’s answer leads the browser there, with the value for `confirm-link` in the fragment. Without a return address, the value goes to the page of the service that opened the provider
         */
        returnTo?: string;
      };
      /**
       * Confirms that the grant came from the holder’s own browser. A wrong value counts.
       */
      'confirm-link': {
        /**
         * The unchanged value from the callback page. It is valid once, for that grant
         */
        value: string;
      };
      /**
       * Links no account elsewhere.
       */
      'skip-link': {};
      /**
       * Gives the set-up up.
       */
      cancel: {};
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `linkLifetime`
       */
      linkExpiresAt: string;
      /**
       * The end of `sessionLifetime`
       */
      endsAt: string;
    };
  };
  /**
   * Changes the password, the address or the number of an account, when its owner has confirmed that with a code.
   */
  'account-change': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * What is to be another one
       */
      change:
        | {
            kind: 'email';
            /**
             * An email address
             */
            email: string;
          }
        | {
            kind: 'phone';
            /**
             * A telephone number: international, or in the national format of `country`
             */
            phone: string;
            /**
             * The country of a national number
             */
            country?: string;
            /**
             * As a text message, or as a call that speaks the code
             */
            channel?: 'sms' | 'voice';
          }
        | {
            kind: 'password';
            /**
             * The new password: 8 characters or more, and hard to guess
             */
            password: string;
          };
      /**
       * How the owner’s code comes, where the account has a telephone that can do so
       */
      channel?: 'sms' | 'voice';
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'owner';
    session: AccountChange;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the account.
       */
      'submit-code': {
        /**
         * The six digits from the message
         */
        code: string;
      };
      /**
       * Sends the current code again.
       */
      'resend-code': {};
      /**
       * Sends the current code again, another way.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Requests a new code after the current one has expired.
       */
      'request-new-code': {};
      /**
       * Ends the session without success.
       */
      cancel: {};
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Lets an agent see the personal details of an account for a while, because its owner says so.
   */
  'support-access': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The account
       */
      accountId: string;
      /**
       * Why, in words for its owner
       */
      reason: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'agent';
    session: SupportAccess;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * The owner lets this agent see the personal details of the account, by a login whose code was entered lately.
       */
      grant: {
        /**
         * For how long
         */
        minutes: number;
      };
      /**
       * The owner says no.
       */
      deny: {};
      /**
       * The owner ends it at once.
       */
      revoke: {};
      /**
       * The agent needs it no more.
       */
      cancel: {};
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `timeGranted`
       */
      endsAt: string;
    };
  };
}
/**
 * Verifies that a person receives the mail of an address.
 */
export interface EmailVerification {
  /**
   * The session
   */
  id: string;
  workflow: 'email-verification';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * Whether anything can still happen
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `codeActive.delivering`: The message is on its way to the provider. The code already counts: it may arrive first.
   * - `codeActive.cooldown`: The message was handed over. It gets time to arrive before it can be sent again.
   * - `codeActive.resendable`: Nothing arrived? The same code can be sent again.
   * - `codeActive.deliveryFailed`: The message could not be delivered. It can be sent again at once, or to another place.
   * - `codeActive.locked`: Too many wrong guesses. This code is worth nothing any more; the next one comes when it has expired.
   * - `expired`: The code is too old. A new one can be asked for.
   * - `cancelled`: Given up by the person or the caller.
   * - `abandoned`: Never finished: the session ran out of time.
   * - `verified`: The right code was entered: the address belongs to the person.
   */
  state:
    | 'codeActive.delivering'
    | 'codeActive.cooldown'
    | 'codeActive.resendable'
    | 'codeActive.deliveryFailed'
    | 'codeActive.locked'
    | 'expired'
    | 'cancelled'
    | 'abandoned'
    | 'verified';
  outcome: ('cancelled' | 'abandoned' | 'verified') | null;
  data: {
    /**
     * The address, masked
     */
    email: string;
    channel: 'email';
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'submit-code' | 'resend-code' | 'request-new-code' | 'cancel' | 'delivery-reported' | 'change-email';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * When it was started
   */
  createdAt: string;
  /**
   * When it last changed
   */
  updatedAt: string;
}
/**
 * Verifies that a person can be reached at a telephone number, by text message or by voice.
 */
export interface PhoneVerification {
  /**
   * The session
   */
  id: string;
  workflow: 'phone-verification';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * Whether anything can still happen
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `awaitingNumber`: Nothing is sent before a number is given, and how the code is to come: as a text message or as a call.
   * - `codeActive.delivering`: The message is on its way to the provider. The code already counts: it may arrive first.
   * - `codeActive.cooldown`: The message was handed over. It gets time to arrive before it can be sent again.
   * - `codeActive.resendable`: Nothing arrived? The same code can be sent again.
   * - `codeActive.deliveryFailed`: The message could not be delivered. It can be sent again at once, or to another place.
   * - `codeActive.locked`: Too many wrong guesses. This code is worth nothing any more; the next one comes when it has expired.
   * - `expired`: The code is too old. A new one can be asked for.
   * - `cancelled`: Given up by the person or the caller.
   * - `abandoned`: Never finished: the session ran out of time.
   * - `verified`: The right code was entered: the number belongs to the person.
   */
  state:
    | 'awaitingNumber'
    | 'codeActive.delivering'
    | 'codeActive.cooldown'
    | 'codeActive.resendable'
    | 'codeActive.deliveryFailed'
    | 'codeActive.locked'
    | 'expired'
    | 'cancelled'
    | 'abandoned'
    | 'verified';
  outcome: ('cancelled' | 'abandoned' | 'verified') | null;
  data: {
    /**
     * The number, masked; null until one was given
     */
    phone: string | null;
    /**
     * How the code comes; null until a number was given
     */
    channel: ('sms' | 'voice') | null;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'request-new-code'
      | 'cancel'
      | 'provide-number'
      | 'change-number'
      | 'switch-channel'
      | 'delivery-reported';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * When it was started
   */
  createdAt: string;
  /**
   * When it last changed
   */
  updatedAt: string;
}
/**
 * Verifies that the owner of an account is there, by password and code.
 */
export interface LoginVerification {
  /**
   * The session
   */
  id: string;
  workflow: 'login-verification';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * Whether anything can still happen
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `awaitingCredentials`: The person is asked for the email address and the password of the account.
   * - `codeActive.delivering`: The message is on its way to the provider. The code already counts: it may arrive first.
   * - `codeActive.cooldown`: The message was handed over. It gets time to arrive before it can be sent again.
   * - `codeActive.resendable`: Nothing arrived? The same code can be sent again.
   * - `codeActive.deliveryFailed`: The message could not be delivered. It can be sent again at once, or to another place.
   * - `codeActive.locked`: Too many wrong guesses. This code is worth nothing any more; the next one comes when it has expired.
   * - `expired`: The code is too old. A new one can be asked for.
   * - `cancelled`: Given up by the person or the caller.
   * - `abandoned`: Never finished: the session ran out of time.
   * - `authenticated`: The password was right, and so was the code, or the device is one that the owner trusts.
   * - `denied`: Too many wrong credentials, here or for the account, or the account was changed meanwhile. Another login starts anew.
   */
  state:
    | 'awaitingCredentials'
    | 'codeActive.delivering'
    | 'codeActive.cooldown'
    | 'codeActive.resendable'
    | 'codeActive.deliveryFailed'
    | 'codeActive.locked'
    | 'expired'
    | 'cancelled'
    | 'abandoned'
    | 'authenticated'
    | 'denied';
  outcome: ('cancelled' | 'abandoned' | 'authenticated' | 'denied') | null;
  data: {
    /**
     * The address of the account, masked; null before the right credentials
     */
    email: string | null;
    /**
     * Its number, masked; null where it has none
     */
    phone: string | null;
    /**
     * How the code comes; null where none is needed
     */
    channel: ('sms' | 'voice' | 'email') | null;
    /**
     * Wrong credentials before the session is denied
     */
    triesLeft: number;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'submit-code' | 'resend-code' | 'request-new-code' | 'cancel' | 'submit-credentials' | 'switch-channel' | 'delivery-reported';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * Opens the account at `/v1/me`, and authenticates the owner at other routes, for a quarter of an hour. `access-token` renews it. Send it to this service only
   */
  accessToken?: string;
  /**
   * For the next login on this trusted device
   */
  deviceToken?: string;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * When it was started
   */
  createdAt: string;
  /**
   * When it last changed
   */
  updatedAt: string;
}
/**
 * Sets up an account: verifies its address, and its telephone number if it is to have one.
 */
export interface AccountSetup {
  /**
   * The session
   */
  id: string;
  workflow: 'account-setup';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * Whether anything can still happen
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `verifyingEmail`: The address is verified in a session of its own. Where it has an account already, its owner is told so and gets no code.
   * - `verifyingPhone`: A telephone number is verified in a session of its own, or the account is to do without one.
   * - `linking`: An account elsewhere can be linked, or not.
   * - `authorizing`: The person is at the provider of the other account, which asks whether it is to be linked.
   * - `confirmingLink`: The grant is stored. The session goes on when its holder confirms with the value that only the browser which brought the grant was given: whoever agreed at a forwarded address links nothing.
   * - `exchangingGrant`: The provider is asked who it was that agreed. What it answers is held to what it was asked.
   * - `creatingAccount`: All is known, and the account is made. That is not taken back any more.
   * - `complete`: There is an account, and it can be logged in to.
   * - `cancelled`: Given up: nothing of it remains, and the address is free.
   * - `abandoned`: Never finished: nothing of it remains, and the address is free.
   */
  state:
    | 'verifyingEmail'
    | 'verifyingPhone'
    | 'linking'
    | 'authorizing'
    | 'confirmingLink'
    | 'exchangingGrant'
    | 'creatingAccount'
    | 'complete'
    | 'cancelled'
    | 'abandoned';
  outcome: ('complete' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The address, masked; the one that was verified, once one was
     */
    email: string;
    /**
     * The number, masked; null until one was verified
     */
    phone: string | null;
    /**
     * Where the person agrees to link an account elsewhere; null while nothing of the kind is under way
     */
    authorizationUrl: string | null;
    /**
     * Why the latest attempt linked nothing: `refused`, `expired`, `unconfirmed`, `unavailable`, `taken`; null where nothing went wrong
     */
    linkFailure: string | null;
  };
  linkExpiresAt: string | null;
  endsAt: string | null;
  child: {
    /**
     * What it is a session of
     */
    workflow: 'email-verification' | 'phone-verification';
    /**
     * The session
     */
    id: string;
    /**
     * The path of the child session
     */
    href: string;
    /**
     * The bearer token of the child session
     */
    sessionToken: string;
  } | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'continue-without-phone' | 'link-account' | 'provider-returned' | 'confirm-link' | 'skip-link' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * When it was started
   */
  createdAt: string;
  /**
   * When it last changed
   */
  updatedAt: string;
}
/**
 * Changes the password, the address or the number of an account, when its owner has confirmed that with a code.
 */
export interface AccountChange {
  /**
   * The session
   */
  id: string;
  workflow: 'account-change';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * Whether anything can still happen
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: What is to be changed is known, and how the owner is reached.
   * - `confirming.codeActive.delivering`: The message is on its way to the provider. The code already counts: it may arrive first.
   * - `confirming.codeActive.cooldown`: The message was handed over. It gets time to arrive before it can be sent again.
   * - `confirming.codeActive.resendable`: Nothing arrived? The same code can be sent again.
   * - `confirming.codeActive.deliveryFailed`: The message could not be delivered. It can be sent again at once, or to another place.
   * - `confirming.codeActive.locked`: Too many wrong guesses. This code is worth nothing any more; the next one comes when it has expired.
   * - `confirming.expired`: The code is too old. A new one can be asked for.
   * - `verifyingDestination`: The new address or number, which can not be another one any more, is verified in a session of its own. Where an address has an account already, the owner of that one is told so and gets no code.
   * - `applying`: The change is made, once. That is not taken back any more.
   * - `applied`: The account is changed, and its owner is told so.
   * - `denied`: The account was changed meanwhile, or the address has become another one’s. What is still wanted is begun anew.
   * - `cancelled`: Given up by the person or the caller.
   * - `abandoned`: Never finished: the session ran out of time.
   */
  state:
    | 'requested'
    | 'confirming.codeActive.delivering'
    | 'confirming.codeActive.cooldown'
    | 'confirming.codeActive.resendable'
    | 'confirming.codeActive.deliveryFailed'
    | 'confirming.codeActive.locked'
    | 'confirming.expired'
    | 'verifyingDestination'
    | 'applying'
    | 'applied'
    | 'denied'
    | 'cancelled'
    | 'abandoned';
  outcome: ('applied' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * What is changed
     */
    kind: 'email' | 'phone' | 'password';
    /**
     * The address of the account, masked
     */
    email: string;
    /**
     * Its number, masked; null where it has none
     */
    phone: string | null;
    /**
     * The address that it is to have, masked; null where it stays
     */
    newEmail: string | null;
    /**
     * The number that it is to have, masked; null where it stays
     */
    newPhone: string | null;
    /**
     * How the owner’s code comes
     */
    channel: 'sms' | 'voice' | 'email';
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  child: {
    /**
     * What it is a session of
     */
    workflow: 'email-verification' | 'phone-verification';
    /**
     * The session
     */
    id: string;
    /**
     * The path of the child session
     */
    href: string;
    /**
     * The bearer token of the child session
     */
    sessionToken: string;
  } | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'submit-code' | 'resend-code' | 'switch-channel' | 'request-new-code' | 'delivery-reported' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * When it was started
   */
  createdAt: string;
  /**
   * When it last changed
   */
  updatedAt: string;
}
/**
 * Lets an agent see the personal details of an account for a while, because its owner says so.
 */
export interface SupportAccess {
  /**
   * The session
   */
  id: string;
  workflow: 'support-access';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * Whether anything can still happen
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: An agent has asked, and said why. The owner is told, and decides.
   * - `granted`: This agent, and no other, sees the personal details of the account. Each look is written down for its owner.
   * - `ended`: The time is up, or one of the two has ended it. Nothing but masks is seen any more.
   * - `denied`: The owner does not want it.
   * - `cancelled`: The agent needs it no more.
   * - `abandoned`: The owner never answered.
   */
  state: 'requested' | 'granted' | 'ended' | 'denied' | 'cancelled' | 'abandoned';
  outcome: ('ended' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The account
     */
    accountId: string;
    /**
     * Who asks
     */
    agent: string;
    /**
     * Why, in the agent’s words
     */
    reason: string;
    /**
     * How long access was granted for; null before
     */
    minutes: number | null;
  };
  endsAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'grant' | 'deny' | 'revoke' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * When it was started
   */
  createdAt: string;
  /**
   * When it last changed
   */
  updatedAt: string;
}
/**
 * The reason why a request failed (RFC 9457)
 */
export interface ProblemDocument {
  /**
   * The page that explains the code
   */
  type: string;
  /**
   * The meaning of the code, in a few words
   */
  title: string;
  /**
   * The status of the answer
   */
  status: number;
  /**
   * The cause in this case
   */
  detail: string;
  /**
   * The kind of problem. It is stable: decide by it, not by the texts
   */
  code:
    | 'invalid-request'
    | 'unauthenticated'
    | 'second-factor-required'
    | 'not-found'
    | 'event-not-accepted'
    | 'body-too-large'
    | 'unsupported-media-type'
    | 'idempotency-mismatch'
    | 'rate-limited'
    | 'internal-error'
    | 'unavailable'
    | 'code-still-valid'
    | 'code-expired'
    | 'wrong-code'
    | 'same-destination'
    | 'landline-needs-voice'
    | 'invalid-phone'
    | 'resend-too-soon'
    | 'too-many-attempts'
    | 'send-limit'
    | 'code-limit'
    | 'wrong-link-value'
    | 'address-taken'
    | 'weak-password'
    | 'invalid-credentials'
    | 'account-changed';
  /**
   * With `invalid-request`: each error with its place
   */
  errors?: {
    /**
     * JSON pointer, or the name of a header
     */
    path: string;
    message: string;
  }[];
  /**
   * With `event-not-accepted`: the state of the session
   */
  state?: string;
  /**
   * With `event-not-accepted`: the events that the session accepts now
   */
  accepted?: string[];
  /**
   * With `rate-limited` and `too-many-attempts`: what is counted together; absent where the limit is one of the session alone
   */
  limit?:
    | 'destination'
    | 'number-range'
    | 'country'
    | 'country-share'
    | 'client'
    | 'network'
    | 'account'
    | 'password'
    | 'agent'
    | 'guesses'
    | 'guesses-network'
    | 'guesses-closed'
    | 'account-guesses'
    | 'account-guesses-network'
    | 'account-blocked'
    | 'account-channel-closed';
  /**
   * With `rate-limited`: other channels that can carry the same message now
   *
   * Items: How a code reaches a person
   */
  channels?: ('email' | 'sms' | 'voice')[];
  /**
   * With `wrong-code`: further guesses of this code
   */
  attemptsLeft?: number;
  /**
   * With `second-factor-required`: the greatest age of the login’s code, in seconds
   */
  maxAge?: number;
  /**
   * The session, if the caller may read it
   */
  session?: EmailVerification | PhoneVerification | LoginVerification | AccountSetup | AccountChange | SupportAccess;
}
/**
 * An entry of the history
 */
export interface HistoryEntry {
  /**
   * When it happened
   */
  at: string;
  /**
   * The event, or the timer or end of a task; `start` for the first entry
   */
  event: string;
  from: string | null;
  /**
   * The state after
   */
  to: string;
  refusal: string | null;
}
