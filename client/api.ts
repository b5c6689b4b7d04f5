// Written by `npm run client` from the routes: changes belong there.

export interface paths {
    "/api/collectors/candles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Candles of one market, newest first, the current one too
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsCandles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/correlation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prices of one symbol on both exchanges within 100 ms of each other
         * @description Needs a key with `read`. It is not for end users. Of the last minute, or of the time that is asked for, at most ten minutes.
         */
        get: operations["getCollectorsCorrelation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/orderbook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last order book of one market, and whether it is in step with the exchange
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsOrderbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a collector: a named one, or one for symbols and a timeframe
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postCollectorsStart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The collectors that run or should, checked against ECS; with `all` also the stopped ones
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/status/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One collector with its statistics
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsStatusByName"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops a collector, by the ARN of its task or its short id
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postCollectorsStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/storage/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many trades are stored, how many come each second, and what is archived, in all and by market
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsStorageStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/symbols": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The symbols that the named collectors follow
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsSymbols"];
        put?: never;
        /**
         * Adds a symbol; collectors that run follow it within 10 s
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postCollectorsSymbols"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/symbols/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a symbol; collectors that run leave it within 10 s
         * @description Needs a key with `admin`. It is not for end users.
         */
        delete: operations["deleteCollectorsSymbolsBySymbol"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collectors/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trades of one market in the hot window, newest first, and the gaps among them
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsTrades"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's signals, newest first
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getSignals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A signal
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getSignalsById"];
        put?: never;
        post?: never;
        /**
         * Deletes a signal, and its images behind it
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        delete: operations["deleteSignalsById"];
        options?: never;
        head?: never;
        /**
         * Changes a signal's result, prices, profit or notes; null clears
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        patch: operations["patchSignalsById"];
        trace?: never;
    };
    "/api/signals/{id}/screenshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signal's image, at an address that expires
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getSignalsByIdScreenshot"];
        put?: never;
        /**
         * Captures the signal's image again
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        post: operations["postSignalsByIdScreenshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/socket-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket for one connection to the WebSocket within 30 s, as its parameter `ticket`
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        post: operations["postSocketTickets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All users, newest first
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Creates a user; the webhook token is shown this once
         * @description Needs a key with `write`. It is not for end users.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user, with what is left of the quota
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersById"];
        put?: never;
        post?: never;
        /**
         * Deletes a user with all that was theirs, images too
         * @description Needs a key with `admin`. It is not for end users.
         */
        delete: operations["deleteUsersById"];
        options?: never;
        head?: never;
        /**
         * Changes a user's plan and limits, or switches the webhook; end users only switch it
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        patch: operations["patchUsersById"];
        trace?: never;
    };
    "/api/users/{id}/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's signals counted by group, under the filters of the list; days, hours and weekdays are UTC's
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/audit-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls to the user's webhook, taken or refused and why, newest first
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdAuditLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's settings
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes some of a user's settings
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        patch: operations["patchUsersByIdConfig"];
        trace?: never;
    };
    "/api/users/{id}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks for a CSV file of a user's signals, all or those of the list's filters
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        post: operations["postUsersByIdExports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/exports/{export_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An export, with an address of its file that expires
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdExportsByExportId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a test message to each channel of a user, as any other message is sent
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        post: operations["postUsersByIdNotificationsTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's signals, newest first
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdSignals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's figures over all signals; every profit_loss that is set counts as money, whatever the result
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/tradingview-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether there is a TradingView session, and whether it counts; never its cookies
         * @description Needs a key with `read`. An end user may call it for what is theirs.
         */
        get: operations["getUsersByIdTradingviewSession"];
        /**
         * Takes the session by which the user's own charts are opened, in the place of any before it
         * @description Needs a key with `write`. An end user may call it for what is theirs. TradingView's terms speak against automation, and it restricts accounts for it: only a user who knows that and agrees may bring a session, and says so by `consent`. The cookies are encrypted for this user, go to TradingView alone, and never come out again.
         */
        put: operations["putUsersByIdTradingviewSession"];
        post?: never;
        /**
         * Takes the session back; captures go on without one
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        delete: operations["deleteUsersByIdTradingviewSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/webhook-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a new webhook token, shown this once; the old one ends, at once or after a time of grace
         * @description Needs a key with `write`. An end user may call it for what is theirs.
         */
        post: operations["postUsersByIdWebhookToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All API keys, newest first
         * @description Needs a key with `admin`. It is not for end users.
         */
        get: operations["getAuthApiKeys"];
        put?: never;
        /**
         * Makes an API key, which is shown this once
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postAuthApiKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api-keys/{prefix}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revokes an API key: its next request is refused
         * @description Needs a key with `admin`. It is not for end users.
         */
        delete: operations["deleteAuthApiKeysByPrefix"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/candles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Candles of one market, newest first, the current one too
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsCandlesTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/correlation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prices of one symbol on both exchanges within 100 ms of each other
         * @description Needs a key with `read`. It is not for end users. Of the last minute, or of the time that is asked for, at most ten minutes.
         */
        get: operations["getCollectorsCorrelationTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/orderbook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last order book of one market, and whether it is in step with the exchange
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsOrderbookTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a collector: a named one, or one for symbols and a timeframe
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postCollectorsStartTwin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The collectors that run or should, checked against ECS; with `all` also the stopped ones
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsStatusTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/status/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One collector with its statistics
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsStatusByNameTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops a collector, by the ARN of its task or its short id
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postCollectorsStopTwin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/storage/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many trades are stored, how many come each second, and what is archived, in all and by market
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsStorageStatsTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/symbols": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The symbols that the named collectors follow
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsSymbolsTwin"];
        put?: never;
        /**
         * Adds a symbol; collectors that run follow it within 10 s
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postCollectorsSymbolsTwin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/symbols/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a symbol; collectors that run leave it within 10 s
         * @description Needs a key with `admin`. It is not for end users.
         */
        delete: operations["deleteCollectorsSymbolsBySymbolTwin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/collectors/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trades of one market in the hot window, newest first, and the gaps among them
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getCollectorsTradesTwin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debug/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the chain of trades of each market ends, and where its archive does
         * @description Needs a key with `admin`. It is not for end users.
         */
        get: operations["getDebugStorage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/debug/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is known of collectors and of jobs that have a place, checked against ECS
         * @description Needs a key with `admin`. It is not for end users.
         */
        get: operations["getDebugTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document in Swagger UI */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A script or style of these pages */
        get: operations["getDocsByFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the service is doing */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, the newest first
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getJobs"];
        put?: never;
        /**
         * Runs a command as a task of its own
         * @description Needs a key with `admin`. It is not for end users. The command is a list of arguments: no shell reads it, and it reaches no API of AWS. With `queue` it waits for a place in the order of creation; without, it is refused where there is none.
         */
        post: operations["postJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getJobsByJobId"];
        put?: never;
        post?: never;
        /**
         * Stops a job; its record stays
         * @description Needs a key with `admin`. It is not for end users. Its command gets a SIGTERM, and 20 s later a SIGKILL. One that waits for a place leaves the queue.
         */
        delete: operations["deleteJobsByJobId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins a job anew that has ended, under the same id
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postJobsByJobIdRestart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes what a job used, a sample a minute
         * @description It is for the job's own runner, with its token. It is not for end users.
         */
        post: operations["postJobsByJobIdSamples"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the next run of the jobs of a name will need, with the evidence
         * @description Needs a key with `read`. It is not for end users. Of the CPU and memory that earlier runs used, the bound that the next one stays below with the stated probability, and the smallest size of Fargate that holds both. `size: "auto"` in a job uses it.
         */
        get: operations["getJobsForecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a job has printed, in all of its runs
         * @description Needs a key with `read`. It is not for end users. Without a cursor the last lines; with `since` and no `tail` those from then on; unlike other lists, oldest first. Whoever asks again with `next_cursor` follows the job.
         */
        get: operations["getLogsByJobId"];
        put?: never;
        post?: never;
        /**
         * Deletes what a job has printed; one that runs keeps it
         * @description Needs a key with `admin`. It is not for end users.
         */
        delete: operations["deleteLogsByJobId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logs/cleanup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deletes what jobs printed whose last line is older, at most a hundred runs at once
         * @description Needs a key with `admin`. It is not for end users.
         */
        post: operations["postLogsCleanup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/process": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same of the task that `pid` names
         * @description Needs a key with `read`. It is not for end users. Collectors and jobs measure themselves each five seconds and tell of it each minute.
         */
        get: operations["getMetricsProcess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/process/{pid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What one task uses, a collector or a job; after its end, what it used at last
         * @description Needs a key with `read`. It is not for end users. Collectors and jobs measure themselves each five seconds and tell of it each minute.
         */
        get: operations["getMetricsProcessByPid"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/process/{pid}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What one task used, by minute or by hour
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getMetricsProcessByPidHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/process/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same of the task that `pid` names
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getMetricsProcessHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What all running tasks together use
         * @description Needs a key with `read`. It is not for end users. Collectors and jobs measure themselves each five seconds and tell of it each minute.
         */
        get: operations["getMetricsSystem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/system/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What all running tasks together use, and each of them
         * @description Needs a key with `read`. It is not for end users. Collectors and jobs measure themselves each five seconds and tell of it each minute.
         */
        get: operations["getMetricsSystemDetailed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/system/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What all tasks together used, by minute or by hour
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getMetricsSystemHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/redoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document in Redoc */
        get: operations["getRedoc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All schedules, newest first
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getSchedules"];
        put?: never;
        /**
         * Makes a schedule, which creates a job at each of its times
         * @description Needs a key with `admin`. It is not for end users. A rate runs first one period after the next full minute. A time that the clock of the zone skips is left out, one that it shows twice runs once. Where no place is free, the job waits for one.
         */
        post: operations["postSchedules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A schedule, with what became of its last times
         * @description Needs a key with `read`. It is not for end users.
         */
        get: operations["getSchedulesById"];
        put?: never;
        post?: never;
        /**
         * Deletes a schedule; jobs that it made go on
         * @description Needs a key with `admin`. It is not for end users.
         */
        delete: operations["deleteSchedulesById"];
        options?: never;
        head?: never;
        /**
         * Changes a schedule; `enabled` pauses it and lets it go on
         * @description Needs a key with `admin`. It is not for end users. A rate begins anew where its times change, or where it goes on after a pause.
         */
        patch: operations["patchSchedulesById"];
        trace?: never;
    };
    "/webhook/u/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes an alert as TradingView sends it
         * @description Any text or JSON up to 64 KiB; 200 means stored. The same alert within 35 s is answered with `duplicate` and makes no second signal.
         */
        post: operations["postWebhookUByToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Analytics: {
            /**
             * @description What the groups share.
             * @enum {string}
             */
            group_by: "indicator" | "symbol" | "signal_type" | "timeframe" | "day" | "hour" | "weekday";
            /** @description In the order of the days, hours or weekdays; else the largest first. */
            groups: components["schemas"]["AnalyticsGroup"][];
        };
        AnalyticsGroup: {
            /** @description Trades without gain or loss. */
            breakevens: number;
            /** @description How many. */
            count: number;
            /** @description How far the equity is below its highest, an exact decimal. */
            drawdown?: string;
            /** @description Profit of all days up to this one, an exact decimal. */
            equity?: string;
            /** @description What its signals share; null for those of which it is not known. */
            key: string | null;
            /** @description The latest spelling of the name. */
            label?: string | null;
            /** @description Trades that lost. */
            losses: number;
            /** @description Profit of the trade, negative for a loss, an exact decimal. */
            profit_loss: string;
            /** @description Wins by wins and losses, in percent; null at none. */
            win_rate: number | null;
            /** @description Trades that won. */
            wins: number;
        };
        ApiKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When it was last used, to the minute; null while it never was.
             */
            last_used_at: string | null;
            /** @description What people call it. */
            name: string;
            /** @description What it may do; `write` includes `read`, `admin` both. */
            permissions: ("read" | "write" | "admin")[];
            /** @description What the key is known by. */
            prefix: string;
        };
        ApiKeysPage: {
            /** @description Newest first. */
            api_keys: components["schemas"]["ApiKey"][];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
        };
        AuditLog: {
            /**
             * Format: date-time
             * @description When it was called.
             */
            at: string;
            /** @description Size in bytes. */
            bytes: number | null;
            /** @description How many. */
            count: number;
            /** @description How long it took, in milliseconds. */
            duration_ms: number | null;
            /**
             * Format: uuid
             * @description What it is found by.
             */
            id: string;
            /**
             * @description Whether the alert was taken, or why not.
             * @enum {string}
             */
            outcome: "accepted" | "duplicate" | "wrong_token" | "disabled" | "address" | "too_large" | "empty" | "quota" | "rate_minute" | "rate_hour";
            /**
             * Format: uuid
             * @description The signal's id.
             */
            signal_id: string | null;
            /** @description Where the call came from. */
            source_address: string | null;
        };
        AuditLogsPage: {
            /** @description Newest first. */
            audit_logs: components["schemas"]["AuditLog"][];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
        };
        Candle: {
            /** @description The last price, an exact decimal. */
            close: string;
            /** @description Its time is over. */
            closed: boolean;
            /** @description No trade is missing, from its beginning until `updatedAt` or its end. */
            complete: boolean;
            /**
             * @description The exchange.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description The highest price, an exact decimal. */
            high: string;
            /** @description The lowest price, an exact decimal. */
            low: string;
            /** @description The first price, an exact decimal. */
            open: string;
            /**
             * Format: date-time
             * @description When it begins.
             */
            openTime: string;
            /** @description The market, without its exchange. */
            symbol: string;
            /**
             * @description The chart's interval: `15m`, `4h`, `1d`.
             * @enum {string}
             */
            timeframe: "1m" | "5m" | "15m" | "30m" | "1h" | "4h";
            /** @description How many trades it is made of. */
            trades: number;
            /**
             * Format: date-time
             * @description When a collector stored it last.
             */
            updatedAt: string;
            /** @description What was traded, in the base currency, an exact decimal. */
            volume: string;
        };
        CandlesPage: {
            /** @description Newest first. */
            candles: components["schemas"]["Candle"][];
            /** @description The times that this page has candles of; of others no collector has any. Newest first. */
            covered: {
                /**
                 * Format: date-time
                 * @description Where the stretch begins.
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description Where it ends.
                 */
                to: string;
            }[];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
        };
        CleanedLogs: {
            /** @description Runs whose output was deleted. */
            deleted: number;
            /** @description There may be others: ask again. */
            more: boolean;
        };
        CleanupLogs: {
            /** @description Their last line, in days. */
            older_than_days: number;
        };
        Collector: {
            /** @description What is collected. */
            channels: ("trades" | "orderbook" | "candles")[];
            /**
             * @description Where it collects.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description What it is called, through all of its lives. */
            name: string;
            /** @description The ARN of the ECS task: of this life, or of the last one while the next is awaited. */
            pid: string | null;
            /** @description Why its last life ended; null before any has. */
            reason: string | null;
            /** @description How often it was started again by itself. */
            restarts: number;
            /**
             * Format: date-time
             * @description When its task began to run; when it was asked for while it does not run yet.
             */
            startedAt: string;
            /**
             * @description How it is.
             * @enum {string}
             */
            status: "starting" | "running" | "error" | "stopped";
            /**
             * Format: date-time
             * @description When it was stopped or given up; null while it is wanted.
             */
            stoppedAt: string | null;
            /** @description The one that it follows; null where they are several. */
            symbol: string | null;
            /** @description As the exchanges write them: `BTCUSDT`. */
            symbols: string[];
            /**
             * @description Of its candles; null where it keeps none.
             * @enum {string|null}
             */
            timeframe: "1m" | "5m" | "15m" | "30m" | "1h" | "4h" | null;
            /** @description Seconds since its task began to run; 0 while it does not run. */
            uptime: number;
        };
        CollectorsPage: {
            /** @description Newest first. */
            collectors: components["schemas"]["Collector"][];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
        };
        CollectorWithStatistics: {
            /** @description What is collected. */
            channels: ("trades" | "orderbook" | "candles")[];
            /**
             * @description Where it collects.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description What it is called, through all of its lives. */
            name: string;
            /** @description The ARN of the ECS task: of this life, or of the last one while the next is awaited. */
            pid: string | null;
            /** @description Why its last life ended; null before any has. */
            reason: string | null;
            /** @description How often it was started again by itself. */
            restarts: number;
            /**
             * Format: date-time
             * @description When its task began to run; when it was asked for while it does not run yet.
             */
            startedAt: string;
            /** @description For each symbol that it follows. */
            statistics: {
                /** @description Whether the order book is whole and up to date; null where none is collected. */
                bookInStep: boolean | null;
                /**
                 * @description `open` while the exchange is left alone after too many failures.
                 * @enum {string}
                 */
                circuit: "closed" | "open" | "half-open";
                /**
                 * @description When the exchange’s REST last said that no trade was missing; null where it was not asked.
                 * @default null
                 */
                confirmedAt: string | null;
                /**
                 * @description The exchange, in capitals.
                 * @enum {string}
                 */
                exchange: "bybit" | "binance";
                /** @description Times for which trades are missing that the exchange no longer gives. */
                gaps: number;
                /** @description From the exchange’s clock to ours at the last message, in milliseconds; null before the first. */
                lagMs: number | null;
                /** @description When the last message came; null before the first. */
                lastMessageAt: string | null;
                /** @description How many came. */
                messages: number;
                /** @description How many come in a second. */
                messagesPerSecond: number;
                /** @description Connections that took the place of another. */
                reconnects: number;
                /** @description Order books begun anew after a gap. */
                resyncs: number;
                /** @description The market, without its exchange. */
                symbol: string;
                /** @description How many trades came. */
                trades: number;
            }[];
            /**
             * @description How it is.
             * @enum {string}
             */
            status: "starting" | "running" | "error" | "stopped";
            /**
             * Format: date-time
             * @description When it was stopped or given up; null while it is wanted.
             */
            stoppedAt: string | null;
            /** @description The one that it follows; null where they are several. */
            symbol: string | null;
            /** @description As the exchanges write them: `BTCUSDT`. */
            symbols: string[];
            /**
             * @description Of its candles; null where it keeps none.
             * @enum {string|null}
             */
            timeframe: "1m" | "5m" | "15m" | "30m" | "1h" | "4h" | null;
            /** @description Seconds since its task began to run; 0 while it does not run. */
            uptime: number;
        };
        Correlation: {
            /** @description What there is of each exchange. */
            feeds: components["schemas"]["FeedClock"][];
            /**
             * Format: date-time
             * @description Where the time that was looked at begins.
             */
            from: string;
            /** @description How many there are in all. */
            pairs: number;
            /** @description The newest of them, newest first. */
            prices: components["schemas"]["PricePair"][];
            /** @description The market, without its exchange. */
            symbol: string;
            /**
             * Format: date-time
             * @description Where it ends.
             */
            to: string;
            /** @description How far apart two trades of the same time may be, in milliseconds. */
            windowMs: number;
        };
        CreatedApiKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string;
            /** @description The key itself; shown this once. */
            key: string;
            /** @description What people call it. */
            name: string;
            /** @description What it may do; `write` includes `read`, `admin` both. */
            permissions: ("read" | "write" | "admin")[];
            /** @description What the key is known by. */
            prefix: string;
        };
        CreatedUser: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description What it is found by. */
            id: string;
            /**
             * @description Decides quota, rate and capacity where the user has none of their own.
             * @enum {string}
             */
            plan: "premium" | "pro" | "basic" | "free";
            /**
             * Format: date-time
             * @description When the month's count starts anew.
             */
            quota_reset_at: string;
            /** @description Alerts an hour; null is no limit. */
            rate_per_hour: number | null;
            /** @description Alerts a minute; null is no limit. */
            rate_per_minute: number | null;
            /** @description Alerts a month; null is no limit. */
            signals_quota: number | null;
            /** @description This month's alerts. */
            signals_used: number;
            /** @description Whether alerts are taken. */
            webhook_enabled: boolean;
            /**
             * Format: date-time
             * @description When the last alert was taken.
             */
            webhook_last_used: string | null;
            /** @description The secret in the address that TradingView calls; shown this once. */
            webhook_token: string;
            /**
             * Format: uri
             * @description The address that TradingView calls; shown this once.
             */
            webhook_url: string;
        };
        /**
         * @example {
         *       "command": [
         *         "python",
         *         "-c",
         *         "print(\"hola\")"
         *       ],
         *       "queue": true
         *     }
         */
        CreateJob: {
            /** @description An executable and its arguments; no shell reads them. */
            command: string[];
            /** @description 1024 units are a vCPU. Without, the least that goes with `memory`. */
            cpu?: number;
            /** @description The variables of the command. */
            env?: {
                [key: string]: string;
            };
            /** @description How often the command may be begun again. */
            max_retries?: number;
            /** @description MiB. Without, the least that goes with `cpu`. */
            memory?: number;
            /** @description What people call it. */
            name?: string;
            /** @description Whether it waits where no place is free. */
            queue?: boolean;
            /**
             * @description In place of `cpu` and `memory`: what the forecast for the name suggests.
             * @constant
             */
            size?: "auto";
            /** @description For how long it may run. */
            timeout_seconds?: number;
        };
        DebugStorage: {
            /** @description Of all of them. */
            archiveBytes: number;
            /** @description The last trade that is archived; null before the first hour. */
            archivedUntil: {
                /**
                 * Format: date-time
                 * @description The exchange's clock.
                 */
                timestamp: string;
                /** @description The exchange's number. */
                tradeId: string;
            } | null;
            /** @description Of trades, so far, with those that have expired. */
            archiveFiles: number;
            /** @description The last trade that is stored, or known to be missing. */
            chainEnd: {
                /**
                 * Format: date-time
                 * @description The exchange's clock.
                 */
                timestamp: string;
                /** @description The exchange's number. */
                tradeId: string;
            };
            /** @description How many its chain has had, with those that have expired. */
            chainTrades: number;
            /**
             * @description The exchange, in capitals.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description The market, without its exchange. */
            symbol: string;
        };
        DebugTask: {
            /**
             * Format: date-time
             * @description When its user started it.
             */
            askedAt: string;
            /** @description Whether ECS was asked for this life, or is just being asked. */
            attempted: boolean;
            /**
             * @description What is still to be done for it to be as wanted.
             * @enum {string|null}
             */
            due: "launch" | "stop" | null;
            /**
             * Format: date-time
             * @description When its end was seen, where no other life follows; null else.
             */
            endedAt: string | null;
            /** @description Why it was given up. */
            failure: string | null;
            /** @description Of the life that is, or that is to come. */
            generation: number;
            /**
             * Format: date-time
             * @description Of this life.
             */
            heartbeatAt: string | null;
            /**
             * @description Of wins or of losses.
             * @enum {string}
             */
            kind: "collector" | "job";
            /** @description Why its last life ended; null before any has. */
            lastEnd: string | null;
            /**
             * Format: date-time
             * @description From when on this life may be launched.
             */
            launchAt: string;
            /** @description A collector's name, a job's id. */
            name: string;
            /** @description The newest last. */
            pastPids: string[];
            /** @description The ARN of the ECS task. */
            pid: string | null;
            /** @description Those that count for giving it up; `ran` in seconds, null where it never did. */
            recentEnds: {
                /**
                 * Format: date-time
                 * @description When it ended.
                 */
                at: string;
                /** @description For how many seconds it ran; null where it never did. */
                ran: number | null;
            }[];
            /** @description How often it was started again by itself. */
            restarts: number;
            /**
             * @description Why it collects nothing, or not everything; null where it does.
             * @enum {string|null}
             */
            stale: "silent" | "no_connection" | "no_messages" | null;
            /**
             * Format: date-time
             * @description When its task began to run; when it was asked for while it does not run yet.
             */
            startedAt: string | null;
            /** @description By this ECS knows the task of this life. */
            startedBy: string;
            /**
             * @description How it is.
             * @enum {string}
             */
            status: "error" | "queued" | "starting" | "running" | "succeeded" | "failed" | "stopped" | "timed_out";
            /**
             * Format: date-time
             * @description When its user stopped it.
             */
            stoppedAt: string | null;
            /**
             * @description What its user asked for last.
             * @enum {string}
             */
            wanted: "running" | "stopped";
        };
        DetailedUsage: {
            /**
             * Format: date-time
             * @description When the minute or hour begins.
             */
            at: string;
            /** @description How many there were. */
            collectors: number;
            /** @description 1024 units are a vCPU. */
            cpu: {
                /** @description What the tasks were given; 25 for a quarter of a vCPU. */
                capacity_percent: number;
                /** @description The most of any minute. */
                max_percent: number;
                /** @description Of one vCPU, on average: 100 is one that is busy all the time. */
                percent: number;
            };
            /** @description Null where it is not counted. */
            disk: {
                /** @description Within the time. */
                read_bytes: number;
                /** @description Within the time. */
                write_bytes: number;
            } | null;
            /** @description How many there were. */
            jobs: number;
            /** @description MiB. */
            memory: {
                /** @description On average, without what the system would give back. */
                bytes: number;
                /** @description What the tasks were given. */
                capacity_bytes: number;
                /** @description The most of any minute. */
                max_bytes: number;
            };
            /** @description Null where it is not counted. */
            network: {
                /** @description Received within the time. */
                rx_bytes: number;
                /** @description Sent within the time. */
                tx_bytes: number;
            } | null;
            /** @description One by one. */
            processes: components["schemas"]["ProcessUsage"][];
        };
        Export: {
            /** @description Size in bytes. */
            bytes: number | null;
            /**
             * Format: date-time
             * @description When the file was ready; null before.
             */
            completed_at: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Which signals, as the filters were understood. */
            filters: {
                /** @description The exchange, in capitals. */
                exchange?: string;
                /**
                 * Format: date-time
                 * @description Created at this time or later: ISO 8601, in UTC where no offset is named.
                 */
                from?: string;
                /** @description The indicator, as the alert names it. */
                indicator?: string;
                /** @description Text in the message, ticker, indicator, signal type or notes, whatever its case and accents. */
                q?: string;
                /** @description How the trade ended. */
                result?: string;
                /** @description How far the image is. */
                screenshot_status?: string;
                /** @description What the alert signals, in its own words. */
                signal_type?: string;
                /** @description The market, without its exchange. */
                symbol?: string;
                /** @description The market, as the alert names it. */
                ticker?: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe?: string;
                /**
                 * Format: date-time
                 * @description Created before this time.
                 */
                to?: string;
            };
            /**
             * Format: uuid
             * @description What it is found by.
             */
            id: string;
            /**
             * @description Why it failed; null where it did not.
             * @enum {string|null}
             */
            reason: "too_large" | "crashed" | "error" | null;
            /** @description Signals in the file; null before it is ready. */
            rows: number | null;
            /**
             * @description How it is.
             * @enum {string}
             */
            status: "pending" | "running" | "completed" | "failed";
            /**
             * Format: uri
             * @description The file, at an address that expires; null before it is ready.
             */
            url: string | null;
            /**
             * Format: date-time
             * @description When the address ends.
             */
            url_expires_at: string | null;
            /** @description Whose it is. */
            user_id: string;
        };
        FeedClock: {
            /** @description Our clock less the exchange’s, with the least time that a trade took to us; null without trades. */
            clockSkewMs: number | null;
            /**
             * @description The exchange.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description How many stretches of it are missing. */
            gaps: number;
            /** @description How many trades of that time are stored. */
            trades: number;
        };
        Health: {
            /** @description Captures in progress; null where the queues do not answer. */
            active_workers: number | null;
            /** @description How each dependency answers. */
            checks: {
                /**
                 * @description Whether all of them collect.
                 * @enum {string}
                 */
                collectors: "ok" | "stale" | "error" | "failing";
                /**
                 * @description Whether the tables answer.
                 * @enum {string}
                 */
                database: "ok" | "long" | "failing";
                /**
                 * @description Whether the capture queues answer, and how long they are.
                 * @enum {string}
                 */
                queues: "ok" | "long" | "failing";
            };
            /** @description Null where their records can’t be read. */
            collectors: {
                /** @description How many were given up. */
                error: number;
                /** @description How many run. */
                running: number;
                /** @description How many of those that run collect nothing, or not everything. */
                stale: number;
                /** @description How many begin, or wait for their next life. */
                starting: number;
            } | null;
            /**
             * @description Real exchanges, or recorded and simulated ones.
             * @enum {string}
             */
            market_data: "live" | "replay";
            /** @description Captures that wait; null where the queues do not answer. */
            queue_length: number | null;
            /**
             * @description How it is.
             * @enum {string}
             */
            status: "healthy" | "degraded" | "unhealthy";
            /** @description Seconds since the deployment. */
            uptime: number;
        };
        Job: {
            /** @description The tasks of earlier attempts, the newest last. */
            attempts: string[];
            /** @description An executable and its arguments; no shell reads them. */
            command: string[];
            /** @description 1024 units are a vCPU. */
            cpu: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Seconds that this attempt has run for, or the last one ran for. */
            duration: number | null;
            /** @description The variables of the command. */
            env: {
                [key: string]: string;
            };
            /** @description Of the last attempt that ended; null where it is not known. */
            exit_code: number | null;
            /** @description What it is called, through all of its attempts. */
            id: string;
            /** @description How often the command may be begun again. */
            max_retries: number;
            /** @description MiB. */
            memory: number;
            /** @description What people call it. */
            name: string;
            /** @description The ARN of the ECS task: of this attempt, or of the last one while the next is awaited. */
            pid: string | null;
            /** @description Whether it waits where no place is free. */
            queue: boolean;
            /** @description Why the last attempt ended; null before any has. */
            reason: string | null;
            /** @description How often it was begun again, by a retry or by a call. */
            restarts: number;
            /** @description What this attempt used, as it told last; null before it has told of anything. */
            samples: {
                /**
                 * Format: date-time
                 * @description When the minute begins.
                 */
                at: string;
                /** @description 1024 units are a vCPU. */
                cpu: {
                    /** @description The most at once. */
                    max_percent: number;
                    /** @description Of one vCPU, on average: 100 is one that is busy all the time. */
                    percent: number;
                };
                /** @description Null where it is not counted. */
                disk: {
                    /** @description Within the time. */
                    read_bytes: number;
                    /** @description Within the time. */
                    write_bytes: number;
                } | null;
                /** @description The last one of its run. */
                ended: boolean;
                /** @description The first one of its run within this hour. */
                first: boolean;
                /** @description MiB. */
                memory: {
                    /** @description On average, without what the system would give back. */
                    bytes: number;
                    /** @description The most at once. */
                    max_bytes: number;
                };
                /** @description Null where it is not counted. */
                network: {
                    /** @description Received within the time. */
                    rx_bytes: number;
                    /** @description Sent within the time. */
                    tx_bytes: number;
                } | null;
                /** @description Of the whole run so far. */
                run: {
                    /** @description The CPU was at most at that for 95 in a hundred of its time; percent of one vCPU. */
                    cpu_p95: number;
                    /** @description The most memory that any reading found, in bytes. */
                    memory_peak: number;
                    /** @description Since it began to be measured. */
                    seconds: number;
                };
                /** @description How much of it was measured. */
                seconds: number;
            } | null;
            /** @description The schedule that made it; null where a caller did. */
            schedule_id: string | null;
            /**
             * Format: date-time
             * @description When it was asked for, or last asked to begin anew.
             */
            start_requested_at: string;
            /**
             * Format: date-time
             * @description When the task of this attempt began to run.
             */
            started_at: string | null;
            /**
             * @description How it is.
             * @enum {string}
             */
            status: "queued" | "starting" | "running" | "succeeded" | "failed" | "stopped" | "timed_out";
            /**
             * Format: date-time
             * @description When it was asked to stop.
             */
            stop_requested_at: string | null;
            /**
             * Format: date-time
             * @description When it ended for good.
             */
            stopped_at: string | null;
            /** @description For how long it may run. */
            timeout_seconds: number;
        };
        JobForecast: {
            /** @description Null without any run that was long enough to tell. */
            cpu: {
                /**
                 * @description `quantile`: of the runs; `headroom`: while they are too few for that, half as much again as the most.
                 * @enum {string}
                 */
                method: "quantile" | "headroom";
                /** @description Of one vCPU; a run counts for no more than it had. */
                percent: number;
            } | null;
            /** @description The runs, newest first. */
            evidence: {
                /** @description The CPU was at most at that for 95 in a hundred of its time; percent of one vCPU. Null where it ran for less than a second. */
                cpu_p95: number | null;
                /** @description For how many seconds it ran. */
                duration: number;
                /**
                 * Format: date-time
                 * @description When it ended.
                 */
                ended_at: string;
                /** @description Whose run it was. */
                job_id: string;
                /** @description In bytes. */
                memory_peak: number;
                /** @description It counts for twice the memory that it was given. */
                out_of_memory: boolean;
                /** @description The ARN of the ECS task. */
                pid: string;
                /** @description What it was given. */
                size: {
                    /** @description 1024 units are a vCPU. */
                    cpu: number;
                    /** @description MiB. */
                    memory: number;
                };
            }[];
            /** @description Null without any run. */
            memory: {
                /** @description Size in bytes. */
                bytes: number;
                /**
                 * @description `quantile`: of the runs; `headroom`: while they are too few for that, half as much again as the most.
                 * @enum {string}
                 */
                method: "quantile" | "headroom";
            } | null;
            /** @description What people call it. */
            name: string;
            /** @description The next run, if it is like these, needs no more than that with this probability. */
            quantile: number;
            /** @description How many are looked at: the last ones of 90 days that did not fail of themselves. */
            runs: number;
            /** @description The smallest of Fargate that fits; the smallest of all without any run. */
            size: {
                /** @description 1024 units are a vCPU. */
                cpu: number;
                /** @description MiB. */
                memory: number;
            };
        };
        JobsPage: {
            /** @description Newest first. */
            jobs: components["schemas"]["Job"][];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
        };
        LogLine: {
            /** @description The alert's body, as it came. */
            message: string;
            /** @description The short id of the task that printed it: a job that is tried again has several. */
            run: string;
            /**
             * Format: date-time
             * @description The alert's own time; null where it has none.
             */
            timestamp: string;
        };
        LogsPage: {
            /** @description Oldest first. */
            logs: components["schemas"]["LogLine"][];
            /** @description Goes on behind these lines, for a day; null once the job has ended and all of them were read. */
            next_cursor: string | null;
            /**
             * Format: date-time
             * @description Where older lines were not looked through, the time of the oldest that was: 4 MB are, at once.
             */
            searched_from: string | null;
        };
        MarketsPage: {
            /** @description By exchange and symbol. */
            markets: components["schemas"]["DebugStorage"][];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "name": "backend",
         *       "permissions": [
         *         "write"
         *       ]
         *     }
         */
        NewApiKey: {
            /**
             * @description Days until it ends.
             * @default 7
             */
            expires_in_days: number;
            /** @description What people call it. */
            name?: string;
            /**
             * @description What it may do; `write` includes `read`, `admin` both.
             * @default [
             *       "read"
             *     ]
             */
            permissions: ("read" | "write" | "admin")[];
        };
        /**
         * @description One of `rate`, `cron` and `at` says when it runs.
         * @example {
         *       "name": "nightly",
         *       "command": [
         *         "python",
         *         "-c",
         *         "print(\"hola\")"
         *       ],
         *       "cron": "0 3 * * ? *",
         *       "timezone": "Europe/Madrid"
         *     }
         */
        NewSchedule: {
            /** @description `2026-12-24T18:00:00` in the time zone, or with an offset whatever the zone. */
            at?: string;
            /** @description An executable and its arguments; no shell reads them. */
            command: string[];
            /** @description 1024 units are a vCPU. Without, the least that goes with `memory`. */
            cpu?: number;
            /** @description AWS’s six fields: minutes, hours, day of month, month, day of week, year: `0 9 ? * MON-FRI *`. */
            cron?: string;
            /** @description Whether it runs; else it rests. */
            enabled?: boolean;
            /** @description The variables of the command. */
            env?: {
                [key: string]: string;
            };
            /** @description How often the command may be begun again. */
            max_retries?: number;
            /** @description MiB. Without, the least that goes with `cpu`. */
            memory?: number;
            /** @description What people call it. */
            name: string;
            /** @description Whether a job is made even while another one is active; up to 200 are. */
            overlap?: boolean;
            /** @description `1 minute`, `5 minutes`, `2 hours`, `7 days`. */
            rate?: string;
            /**
             * @description In place of `cpu` and `memory`: what the forecast for the name suggests.
             * @constant
             */
            size?: "auto";
            /** @description For how long it may run. */
            timeout_seconds?: number;
            /** @description IANA time zone of the clock times. */
            timezone?: string;
        } & (unknown | unknown | unknown);
        /**
         * @example {
         *       "sessionid": "0123456789abcdefghijklmnopqrstuv",
         *       "sessionid_sign": "v3:c2lnbmVk",
         *       "consent": true
         *     }
         */
        NewTradingViewSession: {
            /**
             * @description That the user agrees to it, knowing that TradingView’s terms speak against it.
             * @constant
             */
            consent: true;
            /** @description The cookie `sessionid` of www.tradingview.com; never shown. */
            sessionid: string;
            /** @description The cookie `sessionid_sign` of www.tradingview.com; never shown. */
            sessionid_sign: string;
        };
        /**
         * @example {
         *       "id": "user-42",
         *       "plan": "pro"
         *     }
         */
        NewUser: {
            /** @description What it is found by. */
            id: string;
            /**
             * @description Decides quota, rate and capacity where the user has none of their own.
             * @enum {string}
             */
            plan: "premium" | "pro" | "basic" | "free";
            /** @description Alerts an hour; null is no limit. */
            rate_per_hour?: number | null;
            /** @description Alerts a minute; null is no limit. */
            rate_per_minute?: number | null;
            /** @description Alerts a month; null is no limit. */
            signals_quota?: number | null;
        };
        NotificationPreferenceChanges: {
            /** @description A webhook of a Discord channel; null where there is none. */
            discord?: {
                /** @description As Discord shows it: `https://discord.com/api/webhooks/…`. Itself a secret. */
                webhook_url: string;
            } | null;
            /** @description What is told. */
            events?: ("signal.created" | "screenshot.completed" | "screenshot.failed" | "session.expired")[] | null;
            /** @description A bot and its chat; null where there is none. */
            telegram?: {
                /** @description The secret of a Telegram bot, as BotFather gives it. */
                bot_token: string;
                /** @description The chat that the bot writes to: its number, or the name of a channel, `@name`. */
                chat_id: number | string;
            } | null;
            /** @description An address that is sent signed messages; null where there is none. */
            webhook?: {
                /** @description Signs the messages: `whsec_` and 24 to 64 bytes in base64. */
                secret: string;
                /** @description Where the messages go. It is shown to readers: what has to stay secret belongs into `secret`. */
                url: string;
            } | null;
        };
        NotificationPreferences: {
            /** @description A webhook of a Discord channel; null where there is none. */
            discord: {
                /** @description Whether one is kept; it is never shown. */
                has_webhook_url: boolean;
            } | null;
            /** @description What is told. */
            events: ("signal.created" | "screenshot.completed" | "screenshot.failed" | "session.expired")[];
            /** @description A bot and its chat; null where there is none. */
            telegram: {
                /** @description The chat that the bot writes to: its number, or the name of a channel, `@name`. */
                chat_id: string;
                /** @description Whether one is kept; it is never shown. */
                has_bot_token: boolean;
            } | null;
            /** @description An address that is sent signed messages; null where there is none. */
            webhook: {
                /** @description Whether one is kept; it is never shown. */
                has_secret: boolean;
                /**
                 * Format: uri
                 * @description Where the messages go.
                 */
                url: string;
            } | null;
        };
        OrderBook: {
            /** @description Seconds since it was stored. */
            age: number;
            /** @description Best first. */
            asks: {
                /** @description The price, an exact decimal. */
                price: string;
                /** @description How much, in the base currency, an exact decimal. */
                quantity: string;
            }[];
            /** @description Best first. */
            bids: {
                /** @description The price, an exact decimal. */
                price: string;
                /** @description How much, in the base currency, an exact decimal. */
                quantity: string;
            }[];
            /**
             * @description The exchange.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description It is the exchange’s book of `age` seconds ago. Else updates are missing, or nobody keeps it: it is old. */
            inStep: boolean;
            /**
             * Format: date-time
             * @description When that update came, by ours.
             */
            receivedAt: string;
            /** @description The exchange’s number of its last update. */
            sequence: number;
            /** @description The market, without its exchange. */
            symbol: string;
            /**
             * Format: date-time
             * @description When the exchange made that update, by its clock.
             */
            timestamp: string;
        };
        PricePair: {
            /** @description How much later Binance’s is, in milliseconds; negative where it is earlier. */
            apartMs: number;
            /** @description The trade on Binance that is the nearest in time. */
            binance: {
                /** @description An exact decimal. */
                price: string;
                /**
                 * Format: date-time
                 * @description By the exchange’s clock.
                 */
                timestamp: string;
                /** @description The trade’s number. */
                tradeId: string;
            };
            /** @description A trade on Bybit. */
            bybit: {
                /** @description An exact decimal. */
                price: string;
                /**
                 * Format: date-time
                 * @description By the exchange’s clock.
                 */
                timestamp: string;
                /** @description The trade’s number. */
                tradeId: string;
            };
            /** @description How much more it costs on Bybit, an exact decimal. */
            difference: string;
            /** @description The same in percent of the price on Binance. */
            differencePercent: number;
        };
        ProcessUsage: {
            /**
             * Format: date-time
             * @description When the minute begins that this is of; after a day, the last hour.
             */
            at: string;
            /** @description 1024 units are a vCPU. */
            cpu: {
                /** @description What it was given. */
                capacity_percent: number;
                /** @description The most at once. */
                max_percent: number;
                /** @description Of one vCPU, on average: 100 is one that is busy all the time. */
                percent: number;
            };
            /** @description Null where it is not counted. */
            disk: {
                /** @description Within the time. */
                read_bytes: number;
                /** @description Within the time. */
                write_bytes: number;
            } | null;
            /** @description It said that it ends. */
            ended: boolean;
            /**
             * @description Of wins or of losses.
             * @enum {string}
             */
            kind: "collector" | "job";
            /** @description MiB. */
            memory: {
                /** @description On average, without what the system would give back. */
                bytes: number;
                /** @description What it was given. */
                capacity_bytes: number;
                /** @description The most at once. */
                max_bytes: number;
            };
            /** @description The collector's name, or the job's id. */
            name: string;
            /** @description Null where it is not counted. */
            network: {
                /** @description Received within the time. */
                rx_bytes: number;
                /** @description Sent within the time. */
                tx_bytes: number;
            } | null;
            /** @description The ARN of the ECS task. */
            pid: string;
            /** @description Of its whole run so far. */
            run: {
                /** @description The CPU was at most at that for 95 in a hundred of its time; percent of one vCPU. */
                cpu_p95: number;
                /** @description The most memory that any reading found, in bytes. */
                memory_peak: number;
                /** @description Since it began to be measured. */
                seconds: number;
            };
            /** @description How much of it was measured. */
            seconds: number;
        };
        ProcessUsagePage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description The ARN of the ECS task, or its short id. */
            pid: string;
            /** @description Newest first. */
            points: components["schemas"]["ProcessUsagePoint"][];
            /**
             * @description Of one minute, or of one hour.
             * @enum {string}
             */
            resolution: "1m" | "1h";
        };
        ProcessUsagePoint: {
            /**
             * Format: date-time
             * @description When it was called.
             */
            at: string;
            /** @description 1024 units are a vCPU. */
            cpu: {
                /** @description The most at once. */
                max_percent: number;
                /** @description Of one vCPU, on average: 100 is one that is busy all the time. */
                percent: number;
            };
            /** @description Null where it is not counted. */
            disk: {
                /** @description Within the time. */
                read_bytes: number;
                /** @description Within the time. */
                write_bytes: number;
            } | null;
            /** @description MiB. */
            memory: {
                /** @description On average, without what the system would give back. */
                bytes: number;
                /** @description The most at once. */
                max_bytes: number;
            };
            /** @description Null where it is not counted. */
            network: {
                /** @description Received within the time. */
                rx_bytes: number;
                /** @description Sent within the time. */
                tx_bytes: number;
            } | null;
            /** @description How much of it was measured. */
            seconds: number;
        };
        /** @description The alert is stored. */
        Receipt: {
            /**
             * @description True where the same alert had been taken before: the answer is the first one’s.
             * @constant
             */
            duplicate?: true;
            /** @description Seconds until the image, from the queue in front of the user. */
            estimated_wait: number;
            /**
             * @description How far the image is.
             * @constant
             */
            screenshot_status: "processing";
            /**
             * Format: uuid
             * @description The signal's id.
             */
            signal_id: string;
            /**
             * @description The alert is stored.
             * @constant
             */
            success: true;
        };
        Schedule: {
            /** @description A time in the zone, `2026-12-24T18:00:00`, or a moment, `2026-12-24T17:00:00Z`; null where another says when. */
            at: string | null;
            /** @description An executable and its arguments; no shell reads them. */
            command: string[];
            /** @description 1024 units are a vCPU; null where `size` is `auto`. */
            cpu: number | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description AWS’s six fields: minutes, hours, day of month, month, day of week, year; null where another says when. */
            cron: string | null;
            /** @description Whether it runs; else it rests. */
            enabled: boolean;
            /** @description The variables of the command. */
            env: {
                [key: string]: string;
            };
            /** @description What it is found by. */
            id: string;
            /** @description How often the command may be begun again. */
            max_retries: number;
            /** @description MiB; null where `size` is `auto`. */
            memory: number | null;
            /** @description Also that of its jobs. */
            name: string;
            /** @description Up to five; none while it rests, or where no time is to come. */
            next_runs: string[];
            /** @description Whether a job is made even while another one is active; up to 200 are. */
            overlap: boolean;
            /** @description `1 minute`, `5 minutes`, `2 hours`, `7 days`; null where another says when. */
            rate: string | null;
            /**
             * @description `auto`: each job is of the size that the forecast suggests at its time.
             * @enum {string|null}
             */
            size: "auto" | null;
            /** @description For how long it may run. */
            timeout_seconds: number;
            /** @description IANA time zone of the clock times. */
            timezone: string;
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string;
        };
        /**
         * @description One of `rate`, `cron` and `at` takes the place of what it runs by.
         * @example {
         *       "enabled": false
         *     }
         */
        ScheduleChanges: {
            /** @description `2026-12-24T18:00:00` in the time zone, or with an offset whatever the zone. */
            at?: string;
            /** @description An executable and its arguments; no shell reads them. */
            command?: string[];
            /** @description 1024 units are a vCPU. Without, the least that goes with `memory`. */
            cpu?: number;
            /** @description AWS’s six fields: minutes, hours, day of month, month, day of week, year: `0 9 ? * MON-FRI *`. */
            cron?: string;
            /** @description Whether it runs; else it rests. */
            enabled?: boolean;
            /** @description The variables of the command. */
            env?: {
                [key: string]: string;
            };
            /** @description How often the command may be begun again. */
            max_retries?: number;
            /** @description MiB. Without, the least that goes with `cpu`. */
            memory?: number;
            /** @description What people call it. */
            name?: string;
            /** @description Whether a job is made even while another one is active; up to 200 are. */
            overlap?: boolean;
            /** @description `1 minute`, `5 minutes`, `2 hours`, `7 days`. */
            rate?: string;
            /**
             * @description In place of `cpu` and `memory`: what the forecast for the name suggests.
             * @constant
             */
            size?: "auto";
            /** @description For how long it may run. */
            timeout_seconds?: number;
            /** @description IANA time zone of the clock times. */
            timezone?: string;
        };
        SchedulesPage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description Newest first. */
            schedules: components["schemas"]["Schedule"][];
        };
        ScheduleWithRuns: {
            /** @description A time in the zone, `2026-12-24T18:00:00`, or a moment, `2026-12-24T17:00:00Z`; null where another says when. */
            at: string | null;
            /** @description An executable and its arguments; no shell reads them. */
            command: string[];
            /** @description 1024 units are a vCPU; null where `size` is `auto`. */
            cpu: number | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description AWS’s six fields: minutes, hours, day of month, month, day of week, year; null where another says when. */
            cron: string | null;
            /** @description Whether it runs; else it rests. */
            enabled: boolean;
            /** @description The variables of the command. */
            env: {
                [key: string]: string;
            };
            /** @description What it is found by. */
            id: string;
            /** @description What became of the last 20 times, the newest first. */
            last_runs: {
                /** @description The job; null where none was made. */
                job_id: string | null;
                /** @description Why no job was made: `overlap`, or the code of the error by which it was refused. */
                reason: string | null;
                /**
                 * Format: date-time
                 * @description The time that it was made for.
                 */
                scheduled_at: string;
                /**
                 * @description Of the job now; null where none is known any more.
                 * @enum {string|null}
                 */
                status: "queued" | "starting" | "running" | "succeeded" | "failed" | "stopped" | "timed_out" | null;
            }[];
            /** @description How often the command may be begun again. */
            max_retries: number;
            /** @description MiB; null where `size` is `auto`. */
            memory: number | null;
            /** @description Also that of its jobs. */
            name: string;
            /** @description Up to five; none while it rests, or where no time is to come. */
            next_runs: string[];
            /** @description Whether a job is made even while another one is active; up to 200 are. */
            overlap: boolean;
            /** @description `1 minute`, `5 minutes`, `2 hours`, `7 days`; null where another says when. */
            rate: string | null;
            /**
             * @description `auto`: each job is of the size that the forecast suggests at its time.
             * @enum {string|null}
             */
            size: "auto" | null;
            /** @description For how long it may run. */
            timeout_seconds: number;
            /** @description IANA time zone of the clock times. */
            timezone: string;
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string;
        };
        Signal: {
            /** @description The TradingView chart that is photographed; null draws the service's own chart. */
            chart_id: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * @description Which way the alert points.
             * @enum {string|null}
             */
            direction: "long" | "short" | null;
            /** @description How often the same alert came again. */
            duplicates: number;
            /** @description Where the trade was opened, an exact decimal. */
            entry_price: string | null;
            /** @description The exchange, in capitals. */
            exchange: string | null;
            /** @description Where the trade was closed, an exact decimal. */
            exit_price: string | null;
            /**
             * Format: uuid
             * @description What it is found by.
             */
            id: string;
            /** @description The indicator, as the alert names it. */
            indicator: string | null;
            /** @description The indicator in one spelling for all. */
            indicator_key: string | null;
            /** @description The alert's body, as it came. */
            message: string;
            /** @description The user's own words. */
            notes: string | null;
            /**
             * @description How much of the message could be read.
             * @enum {string}
             */
            parse_status: "full" | "partial" | "none";
            /** @description The price in the alert, an exact decimal. */
            price: string | null;
            /** @description Profit of the trade, negative for a loss, an exact decimal. */
            profit_loss: string | null;
            /** @description The same in percent. */
            profit_loss_percent: number | null;
            /**
             * @description How the trade ended.
             * @enum {string}
             */
            result: "pending" | "win" | "loss" | "breakeven" | "skip";
            /** @description The image: pixels, bytes, and how long it took; null while there is none. */
            screenshot: {
                /** @description Size in bytes. */
                bytes: number;
                /** @description How long it took, in milliseconds. */
                duration_ms: number;
                /** @description In pixels. */
                height: number;
                /** @description In pixels. */
                width: number;
            } | null;
            /** @description Why there is no image, or not the one that was asked for. */
            screenshot_reason: string | null;
            /**
             * @description Where the image comes from.
             * @enum {string|null}
             */
            screenshot_source: "tradingview" | "builtin" | null;
            /**
             * @description How far the image is.
             * @enum {string}
             */
            screenshot_status: "pending" | "processing" | "completed" | "failed";
            /**
             * Format: uri
             * @description The image, at an address that expires; null while there is none.
             */
            screenshot_url: string | null;
            /** @description What the alert signals, in its own words. */
            signal_type: string | null;
            /** @description The market, without its exchange. */
            symbol: string | null;
            /** @description The market, as the alert names it. */
            ticker: string | null;
            /** @description The chart's interval: `15m`, `4h`, `1d`. */
            timeframe: string | null;
            /**
             * Format: date-time
             * @description The alert's own time; null where it has none.
             */
            timestamp: string | null;
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string;
            /** @description Whose it is. */
            user_id: string;
        };
        SignalChanges: {
            /** @description An exact decimal of at most 38 digits */
            entry_price?: string | number | null;
            /** @description An exact decimal of at most 38 digits */
            exit_price?: string | number | null;
            /** @description The user's own words. */
            notes?: string | null;
            /** @description An exact decimal of at most 38 digits */
            profit_loss?: string | number | null;
            /** @description An exact decimal of at most 38 digits */
            profit_loss_percent?: string | number | null;
            /**
             * @description How the trade ended.
             * @enum {string}
             */
            result?: "pending" | "win" | "loss" | "breakeven" | "skip";
        };
        SignalsPage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description Newest first. */
            signals: components["schemas"]["Signal"][];
        };
        /**
         * @example {
         *       "timeframe": "1m",
         *       "symbol": "ETHUSDT"
         *     }
         */
        StartCollector: {
            /** @description What is collected. */
            channels?: ("trades" | "orderbook" | "candles")[];
            /**
             * @description The exchange, in capitals.
             * @enum {string}
             */
            exchange?: "bybit" | "binance";
            /**
             * @description What people call it.
             * @enum {string}
             */
            name?: "bybit_trades" | "bybit_orderbook" | "binance_trades" | "binance_orderbook";
            /** @description The market, without its exchange. */
            symbol?: string;
            /** @description As the exchanges write them: `BTCUSDT`. */
            symbols?: string[];
            /**
             * @description The chart's interval: `15m`, `4h`, `1d`.
             * @enum {string}
             */
            timeframe?: "1m" | "5m" | "15m" | "30m" | "1h" | "4h";
        };
        Statistics: {
            /** @description Mean of the losses, an exact decimal. */
            average_loss: string | null;
            /** @description Mean of the gains, an exact decimal. */
            average_win: string | null;
            /** @description Trades without gain or loss. */
            breakevens: number;
            /** @description Wins or losses in a row, up to now; null while there are none. */
            current_streak: {
                /**
                 * @description Of wins or of losses.
                 * @enum {string}
                 */
                kind: "win" | "loss";
                /** @description How many. */
                length: number;
            } | null;
            /** @description An exact decimal; null where there is none. */
            largest_loss: string | null;
            /** @description An exact decimal; null where there is none. */
            largest_win: string | null;
            /** @description Most losses in a row. */
            longest_loss_streak: number;
            /** @description Most wins in a row. */
            longest_win_streak: number;
            /** @description Trades that lost. */
            losses: number;
            /** @description The deepest fall of the equity from its highest, an exact decimal. */
            max_drawdown: string;
            /** @description Trades without a result. */
            pending: number;
            /** @description Gains by losses; null without losses. */
            profit_factor: number | null;
            /** @description Profit of the trade, negative for a loss, an exact decimal. */
            profit_loss: string;
            /** @description Images that are not there yet. */
            screenshots_pending: number;
            /** @description Trades that were not taken. */
            skips: number;
            /** @description This month's signals, by UTC. */
            this_month: number;
            /** @description All signals. */
            total_signals: number;
            /** @description Wins by wins and losses, in percent; null at none. */
            win_rate: number | null;
            /** @description Trades that won. */
            wins: number;
        };
        StorageStatistics: {
            /** @description Trades that stay for good, hours that are over. */
            archive: {
                /** @description Of those files. */
                bytes: number;
                /** @description Parquet files of trades, with those that have expired. */
                files: number;
                /** @description All that have ever been archived. */
                markets: {
                    /** @description Of those files. */
                    bytes: number;
                    /**
                     * @description The exchange, in capitals.
                     * @enum {string}
                     */
                    exchange: "bybit" | "binance";
                    /** @description Parquet files of trades, with those that have expired. */
                    files: number;
                    /**
                     * Format: date-time
                     * @description Of the newest trade in the archive.
                     */
                    lastTradeAt: string;
                    /** @description The market, without its exchange. */
                    symbol: string;
                }[];
            };
            /** @description For how long trades can be read here. */
            hotWindowHours: number;
            /** @description As the exchanges write them: `BTCUSDT`. */
            symbols: {
                /**
                 * @description The exchange, in capitals.
                 * @enum {string}
                 */
                exchange: "bybit" | "binance";
                /**
                 * Format: date-time
                 * @description Of the newest trade in the table.
                 */
                lastTradeAt: string;
                /** @description The market, without its exchange. */
                symbol: string;
                /** @description Stored in the hot window. */
                trades: number;
                /** @description Over the last five minutes. */
                tradesPerSecond: number;
            }[];
            /** @description Stored in the hot window. */
            trades: number;
            /** @description Over the last five minutes. */
            tradesPerSecond: number;
        };
        SymbolsPage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description As the exchanges write them: `BTCUSDT`. */
            symbols: string[];
        };
        SystemUsage: {
            /**
             * Format: date-time
             * @description When the minute or hour begins.
             */
            at: string;
            /** @description How many there were. */
            collectors: number;
            /** @description 1024 units are a vCPU. */
            cpu: {
                /** @description What the tasks were given; 25 for a quarter of a vCPU. */
                capacity_percent: number;
                /** @description The most of any minute. */
                max_percent: number;
                /** @description Of one vCPU, on average: 100 is one that is busy all the time. */
                percent: number;
            };
            /** @description Null where it is not counted. */
            disk: {
                /** @description Within the time. */
                read_bytes: number;
                /** @description Within the time. */
                write_bytes: number;
            } | null;
            /** @description How many there were. */
            jobs: number;
            /** @description MiB. */
            memory: {
                /** @description On average, without what the system would give back. */
                bytes: number;
                /** @description What the tasks were given. */
                capacity_bytes: number;
                /** @description The most of any minute. */
                max_bytes: number;
            };
            /** @description Null where it is not counted. */
            network: {
                /** @description Received within the time. */
                rx_bytes: number;
                /** @description Sent within the time. */
                tx_bytes: number;
            } | null;
        };
        SystemUsagePage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description Newest first. */
            points: components["schemas"]["SystemUsage"][];
            /**
             * @description Of one minute, or of one hour.
             * @enum {string}
             */
            resolution: "1m" | "1h";
        };
        TasksPage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description Newest first. */
            tasks: components["schemas"]["DebugTask"][];
        };
        Trade: {
            /**
             * @description The exchange, in capitals.
             * @enum {string}
             */
            exchange: "bybit" | "binance";
            /** @description An exact decimal, as the exchange wrote it. */
            price: string;
            /** @description In the base currency; an exact decimal. */
            quantity: string;
            /**
             * Format: date-time
             * @description Our clock.
             */
            receivedAt: string;
            /**
             * @description What the taker did.
             * @enum {string}
             */
            side: "buy" | "sell";
            /** @description The market, without its exchange. */
            symbol: string;
            /**
             * Format: date-time
             * @description The exchange's clock.
             */
            timestamp: string;
            /** @description The exchange's number. */
            tradeId: string;
        };
        TradeGap: {
            /** @description The last trade before the gap. */
            from: {
                /**
                 * Format: date-time
                 * @description The alert's own time; null where it has none.
                 */
                timestamp: string;
                /** @description The exchange's number. */
                tradeId: string;
            };
            /** @description The first trade after it. */
            to: {
                /**
                 * Format: date-time
                 * @description The alert's own time; null where it has none.
                 */
                timestamp: string;
                /** @description The exchange's number. */
                tradeId: string;
            };
        };
        TradesPage: {
            /** @description Where trades were missed that nobody can give any more, newest first. */
            gaps: components["schemas"]["TradeGap"][];
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description How many trades came. */
            trades: components["schemas"]["Trade"][];
        };
        TradingViewSession: {
            /**
             * Format: date-time
             * @description When the user agreed; null without a session.
             */
            consented_at: string | null;
            /**
             * Format: date-time
             * @description When the session was brought; null without one.
             */
            tv_cookies_updated_at: string | null;
            /** @description Whether there is a session that TradingView knew when it was last used. */
            tv_cookies_valid: boolean;
        };
        User: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description What it is found by. */
            id: string;
            /**
             * @description Decides quota, rate and capacity where the user has none of their own.
             * @enum {string}
             */
            plan: "premium" | "pro" | "basic" | "free";
            /**
             * Format: date-time
             * @description When the month's count starts anew.
             */
            quota_reset_at: string;
            /** @description Alerts an hour; null is no limit. */
            rate_per_hour: number | null;
            /** @description Alerts a minute; null is no limit. */
            rate_per_minute: number | null;
            /** @description Alerts a month; null is no limit. */
            signals_quota: number | null;
            /** @description This month's alerts. */
            signals_used: number;
            /** @description Whether alerts are taken. */
            webhook_enabled: boolean;
            /**
             * Format: date-time
             * @description When the last alert was taken.
             */
            webhook_last_used: string | null;
        };
        /**
         * @example {
         *       "plan": "premium",
         *       "signals_quota": "plan"
         *     }
         */
        UserChanges: {
            /**
             * @description Decides quota, rate and capacity where the user has none of their own.
             * @enum {string}
             */
            plan?: "premium" | "pro" | "basic" | "free";
            /** @description Alerts an hour; null is no limit. */
            rate_per_hour?: (number | null) | "plan";
            /** @description Alerts a minute; null is no limit. */
            rate_per_minute?: (number | null) | "plan";
            /** @description Alerts a month; null is no limit. */
            signals_quota?: (number | null) | "plan";
            /** @description Whether alerts are taken. */
            webhook_enabled?: boolean;
        };
        UserConfig: {
            /** @description The TradingView chart of alerts that name none. */
            default_chart_id: string | null;
            /** @description Addresses from which alerts are taken. */
            ip_allowlist: {
                /** @description Whether it counts. */
                enabled: boolean;
                /** @description IPv4 and IPv6 addresses and CIDR ranges. */
                ranges: string[];
            };
            /**
             * @description Language of images and messages.
             * @enum {string}
             */
            language: "es" | "en";
            /** @description Where the user is told of what. */
            notification_preferences: components["schemas"]["NotificationPreferences"];
            /**
             * @description Size of images.
             * @enum {string}
             */
            screenshot_resolution: "720p" | "1080p" | "4k";
            /**
             * @description Where the image comes from.
             * @enum {string}
             */
            screenshot_source: "auto" | "tradingview" | "builtin";
            /**
             * @description Colours of images.
             * @enum {string}
             */
            screenshot_theme: "dark" | "light";
            /** @description IANA time zone of images and messages. */
            timezone: string;
        };
        UserConfigChanges: {
            /** @description The TradingView chart of alerts that name none. */
            default_chart_id?: string | null;
            /** @description Addresses from which alerts are taken. */
            ip_allowlist?: {
                /** @description Whether it counts. */
                enabled: boolean;
                /** @description IPv4 and IPv6 addresses and CIDR ranges. */
                ranges: string[];
            };
            /**
             * @description Language of images and messages.
             * @enum {string}
             */
            language?: "es" | "en";
            /** @description Where the user is told of what. */
            notification_preferences?: components["schemas"]["NotificationPreferenceChanges"];
            /**
             * @description Size of images.
             * @enum {string}
             */
            screenshot_resolution?: "720p" | "1080p" | "4k";
            /**
             * @description Where the image comes from.
             * @enum {string}
             */
            screenshot_source?: "auto" | "tradingview" | "builtin";
            /**
             * @description Colours of images.
             * @enum {string}
             */
            screenshot_theme?: "dark" | "light";
            /** @description IANA time zone of images and messages. */
            timezone?: string;
        };
        UsersPage: {
            /** @description The `cursor` of the next page; null after the last one. */
            next_cursor: string | null;
            /** @description Newest first. */
            users: components["schemas"]["User"][];
        };
        WebhookToken: {
            /** @description The secret in the address that TradingView calls; shown this once. */
            webhook_token: string;
            /**
             * Format: uri
             * @description The address that TradingView calls; shown this once.
             */
            webhook_url: string;
        };
    };
    responses: {
        /** @description `address_not_allowed`: The source address is not on the allowlist. */
        AddressNotAllowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "address_not_allowed";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `analysis_too_large`: These are too many signals for one analysis: narrow it with from and to. */
        AnalysisTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "analysis_too_large";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `api_key_not_found`: There is no such key. */
        ApiKeyNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "api_key_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `book_not_found`: No collector has stored that order book. */
        BookNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "book_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description The exchange, in capitals. */
                    exchange: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description The market, without its exchange. */
                    symbol: string;
                };
            };
        };
        /** @description `collector_already_running`: The collector is running already. `idempotency_key_in_use`: The first request with that Idempotency-Key has not ended yet. */
        CollectorAlreadyRunningOrIdempotencyKeyInUse: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "collector_already_running" | "idempotency_key_in_use";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description The ARN of the ECS task, or its short id. */
                    pid?: string | null;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `collector_not_found`: The collector was not found or has been stopped already */
        CollectorNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "collector_not_found";
                    /** @description The collector’s task now, where the one named is of an earlier life. */
                    current_pid?: string | null;
                    /** @description A sentence for people. */
                    error: string;
                    /** @description The ARN of the ECS task, or its short id. */
                    pid: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `collectors_disabled`: This deployment has no collectors. `unknown_symbol`: The exchange does not know that symbol. `too_many_symbols`: These are too many symbols. `idempotency_key_reused`: That Idempotency-Key was used with another request before. */
        CollectorsDisabledOrUnknownSymbolOrTooManySymbolsOrIdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "collectors_disabled" | "unknown_symbol" | "too_many_symbols" | "idempotency_key_reused";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description The exchange, in capitals. */
                    exchange?: string;
                    /** @description How many are allowed. */
                    limit?: number;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description The market, without its exchange. */
                    symbol?: string;
                    /** @description What the exchange has that is most like it. */
                    valid?: string[];
                };
            };
        };
        /** @description `command_not_allowed`: That executable is not allowed. `command_denied`: That command is denied. `command_not_found`: The image does not hold that executable. `command_too_long`: The command is too long. `env_too_long`: The variables are too long. `reserved_variable`: That variable is reserved. `invalid_size`: Fargate has no such size: take one of the pairs of CPU and memory that are named. `idempotency_key_reused`: That Idempotency-Key was used with another request before. */
        CommandNotAllowedOrCommandDeniedOrCommandNotFoundOrCommandTooLongOrEnvTooLongOrReservedVariableOrInvalidSizeOrIdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description The executables that a command may begin with. */
                    allowed?: string[];
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "command_not_allowed" | "command_denied" | "command_not_found" | "command_too_long" | "env_too_long" | "reserved_variable" | "invalid_size" | "idempotency_key_reused";
                    /** @description 1024 units are a vCPU. */
                    cpu?: number;
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What the command begins with. */
                    executable?: string;
                    /** @description The executables that are there. */
                    found?: string[];
                    /** @description How many. */
                    length?: number;
                    /** @description How many are allowed. */
                    limit?: number;
                    /** @description MiB. */
                    memory?: number;
                    /** @description The regular expression that it matches. */
                    pattern?: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description What no variable may be called. */
                    reserved?: string[];
                    /** @description The sizes of memory that each CPU can have. */
                    valid?: {
                        /** @description 1024 units are a vCPU. */
                        cpu: number;
                        /** @description MiB. */
                        memory: number[];
                    }[];
                    /** @description The one that may not be given. */
                    variable?: string;
                };
            };
        };
        /** @description `command_not_allowed`: That executable is not allowed. `command_denied`: That command is denied. `command_not_found`: The image does not hold that executable. `command_too_long`: The command is too long. `env_too_long`: The variables are too long. `reserved_variable`: That variable is reserved. `invalid_size`: Fargate has no such size: take one of the pairs of CPU and memory that are named. `schedule_never_runs`: The schedule has no time to come. `schedule_refused`: That expression can not be scheduled in that time zone. `idempotency_key_reused`: That Idempotency-Key was used with another request before. */
        CommandNotAllowedOrCommandDeniedOrCommandNotFoundOrCommandTooLongOrEnvTooLongOrReservedVariableOrInvalidSizeOrScheduleNeverRunsOrScheduleRefusedOrIdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description The executables that a command may begin with. */
                    allowed?: string[];
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "command_not_allowed" | "command_denied" | "command_not_found" | "command_too_long" | "env_too_long" | "reserved_variable" | "invalid_size" | "schedule_never_runs" | "schedule_refused" | "idempotency_key_reused";
                    /** @description 1024 units are a vCPU. */
                    cpu?: number;
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What the command begins with. */
                    executable?: string;
                    /** @description The executables that are there. */
                    found?: string[];
                    /** @description How many. */
                    length?: number;
                    /** @description How many are allowed. */
                    limit?: number;
                    /** @description MiB. */
                    memory?: number;
                    /** @description The regular expression that it matches. */
                    pattern?: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description What no variable may be called. */
                    reserved?: string[];
                    /** @description The sizes of memory that each CPU can have. */
                    valid?: {
                        /** @description 1024 units are a vCPU. */
                        cpu: number;
                        /** @description MiB. */
                        memory: number[];
                    }[];
                    /** @description The one that may not be given. */
                    variable?: string;
                };
            };
        };
        /** @description `empty_alert`: The alert is empty. */
        EmptyAlert: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "empty_alert";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `forbidden`: The credential does not allow this action. */
        Forbidden: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "forbidden";
                    /** @description A sentence for people. */
                    error: string;
                    /**
                     * @description The permission that the key lacks.
                     * @enum {string}
                     */
                    needs?: "read" | "write" | "admin";
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `idempotency_key_in_use`: The first request with that Idempotency-Key has not ended yet. */
        IdempotencyKeyInUse: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "idempotency_key_in_use";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `idempotency_key_in_use`: The first request with that Idempotency-Key has not ended yet. `secret_shown_once`: That request was answered before, and its secret is shown only once. */
        IdempotencyKeyInUseOrSecretShownOnce: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "idempotency_key_in_use" | "secret_shown_once";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `idempotency_key_reused`: That Idempotency-Key was used with another request before. */
        IdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "idempotency_key_reused";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `internal_error`: Internal error. */
        InternalError: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "internal_error";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `invalid_json`: The body is not valid JSON. `invalid_body`: The body does not fit its schema. `invalid_parameter`: A parameter is not valid. */
        InvalidJsonOrInvalidBodyOrInvalidParameter: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "invalid_json" | "invalid_body" | "invalid_parameter";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What does not fit, every field. */
                    fields?: {
                        /** @description The field, from the root of the body or the parameters; parts joined by dots. */
                        path: string;
                        /** @description Why it does not fit. */
                        problem: string;
                    }[];
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `invalid_json`: The body is not valid JSON. `invalid_body`: The body does not fit its schema. `invalid_parameter`: A parameter is not valid. `pid_required`: PID required */
        InvalidJsonOrInvalidBodyOrInvalidParameterOrPidRequired: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "invalid_json" | "invalid_body" | "invalid_parameter" | "pid_required";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What does not fit, every field. */
                    fields?: {
                        /** @description The field, from the root of the body or the parameters; parts joined by dots. */
                        path: string;
                        /** @description Why it does not fit. */
                        problem: string;
                    }[];
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `invalid_parameter`: A parameter is not valid. */
        InvalidParameter: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "invalid_parameter";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What does not fit, every field. */
                    fields: {
                        /** @description The field, from the root of the body or the parameters; parts joined by dots. */
                        path: string;
                        /** @description Why it does not fit. */
                        problem: string;
                    }[];
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `invalid_parameter`: A parameter is not valid. `invalid_cursor`: The cursor is not valid. */
        InvalidParameterOrInvalidCursor: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "invalid_parameter" | "invalid_cursor";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What does not fit, every field. */
                    fields?: {
                        /** @description The field, from the root of the body or the parameters; parts joined by dots. */
                        path: string;
                        /** @description Why it does not fit. */
                        problem: string;
                    }[];
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `job_active`: The job has not ended yet. `idempotency_key_in_use`: The first request with that Idempotency-Key has not ended yet. */
        JobActiveOrIdempotencyKeyInUse: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "job_active" | "idempotency_key_in_use";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What it is found by. */
                    id?: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /**
                     * @description How it is.
                     * @enum {string}
                     */
                    status?: "queued" | "starting" | "running" | "succeeded" | "failed" | "stopped" | "timed_out";
                };
            };
        };
        /** @description `job_not_found`: There is no such job. */
        JobNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "job_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What it is found by. */
                    id: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `job_not_running`: The job has ended already. `idempotency_key_in_use`: The first request with that Idempotency-Key has not ended yet. */
        JobNotRunningOrIdempotencyKeyInUse: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "job_not_running" | "idempotency_key_in_use";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What it is found by. */
                    id?: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /**
                     * @description How it is.
                     * @enum {string}
                     */
                    status?: "queued" | "starting" | "running" | "succeeded" | "failed" | "stopped" | "timed_out";
                };
            };
        };
        /** @description `metrics_not_found`: There are no metrics of that process. */
        MetricsNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "metrics_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description The ARN of the ECS task, or its short id. */
                    pid: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `no_notification_channels`: No notification channel is set. `idempotency_key_reused`: That Idempotency-Key was used with another request before. */
        NoNotificationChannelsOrIdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "no_notification_channels" | "idempotency_key_reused";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `not_found`: There is no such route. */
        NotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `payload_too_large`: The body is too large. */
        PayloadTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "payload_too_large";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description How large it may be. */
                    limit_bytes: number;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `quota_exceeded`: The month's quota of alerts is used up. `rate_exceeded`: Too many alerts in a short time. */
        QuotaExceededOrRateExceeded: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "quota_exceeded" | "rate_exceeded";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description How many are allowed. */
                    limit?: number;
                    /**
                     * @description Which limit it was.
                     * @enum {string}
                     */
                    per?: "minute" | "hour";
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `schedule_not_found`: There is no such schedule. */
        ScheduleNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "schedule_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What it is found by. */
                    id: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `signal_not_found`: There is no such signal. */
        SignalNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "signal_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `signal_not_found`: There is no such signal. `screenshot_not_found`: The signal has no image yet. */
        SignalNotFoundOrScreenshotNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "signal_not_found" | "screenshot_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description Why there is no image, or not the one that was asked for. */
                    screenshot_reason?: string | null;
                    /**
                     * @description How far the image is.
                     * @enum {string}
                     */
                    screenshot_status?: "pending" | "processing" | "completed" | "failed";
                };
            };
        };
        /** @description `symbol_not_followed`: That symbol is not on the list. */
        SymbolNotFollowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "symbol_not_followed";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description The market, without its exchange. */
                    symbol: string;
                    /** @description As the exchanges write them: `BTCUSDT`. */
                    symbols: string[];
                };
            };
        };
        /** @description `too_many_collectors`: Too many collectors are running. */
        TooManyCollectors: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "too_many_collectors";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description How many are allowed. */
                    limit: number;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `too_many_exports`: Too many exports are in progress. */
        TooManyExports: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "too_many_exports";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description How many are allowed. */
                    limit: number;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `too_many_jobs`: Too many jobs are running. */
        TooManyJobs: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "too_many_jobs";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description How many are allowed. */
                    limit: number;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `unauthorized`: A valid credential is missing. */
        Unauthorized: {
            headers: {
                "www-authenticate": components["headers"]["Authenticate"];
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "unauthorized";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `unavailable`: The service is not available right now. */
        Unavailable: {
            headers: {
                "retry-after": components["headers"]["RetryAfter"];
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "unavailable";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `unknown_collector`: There is no such collector. */
        UnknownCollector: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "unknown_collector";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What people call it. */
                    name: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `unknown_symbol`: The exchange does not know that symbol. `too_many_symbols`: These are too many symbols. `idempotency_key_reused`: That Idempotency-Key was used with another request before. */
        UnknownSymbolOrTooManySymbolsOrIdempotencyKeyReused: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "unknown_symbol" | "too_many_symbols" | "idempotency_key_reused";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description The exchange, in capitals. */
                    exchange?: string;
                    /** @description How many are allowed. */
                    limit?: number;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                    /** @description The market, without its exchange. */
                    symbol?: string;
                    /** @description What the exchange has that is most like it. */
                    valid?: string[];
                };
            };
        };
        /** @description `unsupported_media_type`: The body must be application/json. */
        UnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "unsupported_media_type";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `user_exists`: A user of that id exists already. `user_being_deleted`: The data of a user of that id is being deleted. `idempotency_key_in_use`: The first request with that Idempotency-Key has not ended yet. `secret_shown_once`: That request was answered before, and its secret is shown only once. */
        UserExistsOrUserBeingDeletedOrIdempotencyKeyInUseOrSecretShownOnce: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "user_exists" | "user_being_deleted" | "idempotency_key_in_use" | "secret_shown_once";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description What it is found by. */
                    id?: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `user_not_found`: There is no such user. */
        UserNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "user_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `user_not_found`: There is no such user. `export_not_found`: There is no such export. */
        UserNotFoundOrExportNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "user_not_found" | "export_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
        /** @description `webhook_not_found`: Unknown or disabled webhook. */
        WebhookNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /**
                     * @description The kind of error, stable.
                     * @enum {string}
                     */
                    code: "webhook_not_found";
                    /** @description A sentence for people. */
                    error: string;
                    /** @description Names this call in our logs; also the header `x-request-id`. */
                    request_id: string;
                };
            };
        };
    };
    parameters: {
        /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: {
        /** @description How to send a credential. */
        Authenticate: string;
        /** @description Where it is. */
        Location: string;
        /** @description Names this call in our logs. */
        RequestId: string;
        /** @description Seconds to wait. */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getCollectorsCandles: {
        parameters: {
            query: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description The exchange. */
                exchange?: "bybit" | "binance";
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description As the exchange writes it. */
                symbol: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe: "1m" | "5m" | "15m" | "30m" | "1h" | "4h";
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CandlesPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsCorrelation: {
        parameters: {
            query: {
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description As the exchange writes it. */
                symbol: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Correlation"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsOrderbook: {
        parameters: {
            query: {
                /** @description Levels a side. */
                depth?: number;
                /** @description The exchange. */
                exchange?: "bybit" | "binance";
                /** @description As the exchange writes it. */
                symbol: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBook"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["BookNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCollectorsStart: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartCollector"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was done. */
                        message: string;
                        /** @description The ARN of the ECS task. */
                        pid: string;
                    };
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["CollectorAlreadyRunningOrIdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CollectorsDisabledOrUnknownSymbolOrTooManySymbolsOrIdempotencyKeyReused"];
            429: components["responses"]["TooManyCollectors"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsStatus: {
        parameters: {
            query?: {
                /** @description With `true` also those that are stopped. */
                all?: "true" | "false";
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description The market, without its exchange. */
                symbol?: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe?: "1m" | "5m" | "15m" | "30m" | "1h" | "4h";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectorsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsStatusByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collector's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectorWithStatistics"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UnknownCollector"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCollectorsStop: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The ARN of the ECS task, or its short id. */
                    pid?: string | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was done. */
                        message: string;
                        /** @description The ARN of the ECS task. */
                        pid: string;
                    };
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameterOrPidRequired"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CollectorNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsStorageStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageStatistics"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsSymbols: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolsPage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCollectorsSymbols: {
        parameters: {
            query?: {
                /** @description The market, without its exchange. */
                symbol?: string;
            };
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The market, without its exchange. */
                    symbol?: string;
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolsPage"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnknownSymbolOrTooManySymbolsOrIdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCollectorsSymbolsBySymbol: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description As the exchanges write it: `BTCUSDT`. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SymbolNotFollowed"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsTrades: {
        parameters: {
            query: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description The exchange. */
                exchange?: "bybit" | "binance";
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description As the exchange writes it. */
                symbol: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradesPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSignals: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description The exchange, in capitals. */
                exchange?: string;
                /** @description Created at this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description The indicator, as the alert names it. */
                indicator?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Text in the message, ticker, indicator, signal type or notes, whatever its case and accents. */
                q?: string;
                /** @description How the trade ended. */
                result?: "pending" | "win" | "loss" | "breakeven" | "skip";
                /** @description How far the image is. */
                screenshot_status?: "pending" | "processing" | "completed" | "failed";
                /** @description What the alert signals, in its own words. */
                signal_type?: string;
                /** @description The market, without its exchange. */
                symbol?: string;
                /** @description The market, as the alert names it. */
                ticker?: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe?: string;
                /** @description Created before this time. */
                to?: string;
                /** @description Whose it is. */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSignalsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The signal's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signal"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SignalNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSignalsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The signal's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SignalNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchSignalsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The signal's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SignalChanges"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signal"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SignalNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSignalsByIdScreenshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The signal's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is at `Location`. */
            302: {
                headers: {
                    location: components["headers"]["Location"];
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SignalNotFoundOrScreenshotNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postSignalsByIdScreenshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The signal's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signal"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SignalNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postSocketTickets: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The parameter `ticket` of the WebSocket; one use. */
                        ticket: string;
                    };
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrSecretShownOnce"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsers: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsersPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedUser"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["UserExistsOrUserBeingDeletedOrIdempotencyKeyInUseOrSecretShownOnce"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUsersById: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchUsersById: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UserChanges"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdAnalytics: {
        parameters: {
            query: {
                /** @description The exchange, in capitals. */
                exchange?: string;
                /** @description Created at this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description What the groups share. */
                group_by: "indicator" | "symbol" | "signal_type" | "timeframe" | "day" | "hour" | "weekday";
                /** @description The indicator, as the alert names it. */
                indicator?: string;
                /** @description Text in the message, ticker, indicator, signal type or notes, whatever its case and accents. */
                q?: string;
                /** @description How the trade ended. */
                result?: "pending" | "win" | "loss" | "breakeven" | "skip";
                /** @description How far the image is. */
                screenshot_status?: "pending" | "processing" | "completed" | "failed";
                /** @description What the alert signals, in its own words. */
                signal_type?: string;
                /** @description The market, without its exchange. */
                symbol?: string;
                /** @description The market, as the alert names it. */
                ticker?: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe?: string;
                /** @description Created before this time. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            422: components["responses"]["AnalysisTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdAuditLogs: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Created at this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Whether the alert was taken, or why not. */
                outcome?: "accepted" | "duplicate" | "wrong_token" | "disabled" | "address" | "too_large" | "empty" | "quota" | "rate_minute" | "rate_hour";
                /** @description Created before this time. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLogsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdConfig: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserConfig"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchUsersByIdConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UserConfigChanges"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserConfig"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postUsersByIdExports: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The exchange, in capitals. */
                    exchange?: string;
                    /**
                     * Format: date-time
                     * @description Created at this time or later: ISO 8601, in UTC where no offset is named.
                     */
                    from?: string;
                    /** @description The indicator, as the alert names it. */
                    indicator?: string;
                    /** @description Text in the message, ticker, indicator, signal type or notes, whatever its case and accents. */
                    q?: string;
                    /**
                     * @description How the trade ended.
                     * @enum {string}
                     */
                    result?: "pending" | "win" | "loss" | "breakeven" | "skip";
                    /**
                     * @description How far the image is.
                     * @enum {string}
                     */
                    screenshot_status?: "pending" | "processing" | "completed" | "failed";
                    /** @description What the alert signals, in its own words. */
                    signal_type?: string;
                    /** @description The market, without its exchange. */
                    symbol?: string;
                    /** @description The market, as the alert names it. */
                    ticker?: string;
                    /** @description The chart's interval: `15m`, `4h`, `1d`. */
                    timeframe?: string;
                    /**
                     * Format: date-time
                     * @description Created before this time.
                     */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["TooManyExports"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdExportsByExportId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The export's id. */
                export_id: string;
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFoundOrExportNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postUsersByIdNotificationsTest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The channels that will be sent the message. */
                        queued: ("telegram" | "discord" | "webhook")[];
                    };
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["NoNotificationChannelsOrIdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdSignals: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description The exchange, in capitals. */
                exchange?: string;
                /** @description Created at this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description The indicator, as the alert names it. */
                indicator?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Text in the message, ticker, indicator, signal type or notes, whatever its case and accents. */
                q?: string;
                /** @description How the trade ended. */
                result?: "pending" | "win" | "loss" | "breakeven" | "skip";
                /** @description How far the image is. */
                screenshot_status?: "pending" | "processing" | "completed" | "failed";
                /** @description What the alert signals, in its own words. */
                signal_type?: string;
                /** @description The market, without its exchange. */
                symbol?: string;
                /** @description The market, as the alert names it. */
                ticker?: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe?: string;
                /** @description Created before this time. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            422: components["responses"]["AnalysisTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByIdTradingviewSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradingViewSession"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putUsersByIdTradingviewSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTradingViewSession"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradingViewSession"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUsersByIdTradingviewSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postUsersByIdWebhookToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The user's id; for an end user `me` is their own. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description For how long the old token is still taken.
                     * @default 0
                     */
                    grace_seconds?: number;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookToken"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["IdempotencyKeyInUseOrSecretShownOnce"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getAuthApiKeys: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeysPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postAuthApiKeys: {
        parameters: {
            query?: {
                /** @description What people call it. */
                name?: string;
            };
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUseOrSecretShownOnce"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteAuthApiKeysByPrefix: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The key's prefix. */
                prefix: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ApiKeyNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsCandlesTwin: {
        parameters: {
            query: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description The exchange. */
                exchange?: "bybit" | "binance";
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description As the exchange writes it. */
                symbol: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe: "1m" | "5m" | "15m" | "30m" | "1h" | "4h";
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CandlesPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsCorrelationTwin: {
        parameters: {
            query: {
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description As the exchange writes it. */
                symbol: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Correlation"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsOrderbookTwin: {
        parameters: {
            query: {
                /** @description Levels a side. */
                depth?: number;
                /** @description The exchange. */
                exchange?: "bybit" | "binance";
                /** @description As the exchange writes it. */
                symbol: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBook"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["BookNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCollectorsStartTwin: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartCollector"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was done. */
                        message: string;
                        /** @description The ARN of the ECS task. */
                        pid: string;
                    };
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["CollectorAlreadyRunningOrIdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CollectorsDisabledOrUnknownSymbolOrTooManySymbolsOrIdempotencyKeyReused"];
            429: components["responses"]["TooManyCollectors"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsStatusTwin: {
        parameters: {
            query?: {
                /** @description With `true` also those that are stopped. */
                all?: "true" | "false";
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description The market, without its exchange. */
                symbol?: string;
                /** @description The chart's interval: `15m`, `4h`, `1d`. */
                timeframe?: "1m" | "5m" | "15m" | "30m" | "1h" | "4h";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectorsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsStatusByNameTwin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collector's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectorWithStatistics"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UnknownCollector"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCollectorsStopTwin: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The ARN of the ECS task, or its short id. */
                    pid?: string | null;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was done. */
                        message: string;
                        /** @description The ARN of the ECS task. */
                        pid: string;
                    };
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameterOrPidRequired"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CollectorNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsStorageStatsTwin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageStatistics"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsSymbolsTwin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolsPage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postCollectorsSymbolsTwin: {
        parameters: {
            query?: {
                /** @description The market, without its exchange. */
                symbol?: string;
            };
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The market, without its exchange. */
                    symbol?: string;
                };
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolsPage"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnknownSymbolOrTooManySymbolsOrIdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCollectorsSymbolsBySymbolTwin: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description As the exchanges write it: `BTCUSDT`. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["SymbolNotFollowed"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCollectorsTradesTwin: {
        parameters: {
            query: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description The exchange. */
                exchange?: "bybit" | "binance";
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description As the exchange writes it. */
                symbol: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradesPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDebugStorage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MarketsPage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDebugTasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TasksPage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It is as it was. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDocsByFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's name. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                };
            };
            /** @description It is as it was. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            500: components["responses"]["InternalError"];
            /** @description `unavailable`: The service is not available right now. */
            503: {
                headers: {
                    "retry-after": components["headers"]["RetryAfter"];
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"] | {
                        /**
                         * @description The kind of error, stable.
                         * @enum {string}
                         */
                        code: "unavailable";
                        /** @description A sentence for people. */
                        error: string;
                        /** @description Names this call in our logs; also the header `x-request-id`. */
                        request_id: string;
                    };
                };
            };
        };
    };
    getJobs: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description What people call it. */
                name?: string;
                /** @description Jobs that this schedule made. */
                schedule_id?: string;
                /** @description How it is. */
                status?: "queued" | "starting" | "running" | "succeeded" | "failed" | "stopped" | "timed_out";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateJob"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CommandNotAllowedOrCommandDeniedOrCommandNotFoundOrCommandTooLongOrEnvTooLongOrReservedVariableOrInvalidSizeOrIdempotencyKeyReused"];
            429: components["responses"]["TooManyJobs"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobsByJobId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job, `job_20241211_123456_abc123`. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteJobsByJobId: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The job, `job_20241211_123456_abc123`. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted; it is done behind. */
            202: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            409: components["responses"]["JobNotRunningOrIdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postJobsByJobIdRestart: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The job, `job_20241211_123456_abc123`. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            409: components["responses"]["JobActiveOrIdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CommandNotAllowedOrCommandDeniedOrCommandNotFoundOrCommandTooLongOrEnvTooLongOrReservedVariableOrInvalidSizeOrIdempotencyKeyReused"];
            429: components["responses"]["TooManyJobs"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postJobsByJobIdSamples: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The job, `job_20241211_123456_abc123`. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The ARN of the task, or its short id. */
                    pid: string;
                    /** @description What it last used; null before it has told. */
                    samples: {
                        /**
                         * Format: date-time
                         * @description When the minute begins.
                         */
                        at: string;
                        /** @description 1024 units are a vCPU. */
                        cpu: {
                            /** @description The most at once. */
                            max_percent: number;
                            /** @description Of one vCPU, on average: 100 is one that is busy all the time. */
                            percent: number;
                        };
                        /** @description Null where it is not counted. */
                        disk: {
                            /** @description Within the time. */
                            read_bytes: number;
                            /** @description Within the time. */
                            write_bytes: number;
                        } | null;
                        /** @description The last one of its run. */
                        ended: boolean;
                        /** @description The first one of its run within this hour. */
                        first: boolean;
                        /** @description MiB. */
                        memory: {
                            /** @description On average, without what the system would give back. */
                            bytes: number;
                            /** @description The most at once. */
                            max_bytes: number;
                        };
                        /** @description Null where it is not counted. */
                        network: {
                            /** @description Received within the time. */
                            rx_bytes: number;
                            /** @description Sent within the time. */
                            tx_bytes: number;
                        } | null;
                        /** @description Of the whole run so far. */
                        run: {
                            /** @description The CPU was at most at that for 95 in a hundred of its time; percent of one vCPU. */
                            cpu_p95: number;
                            /** @description The most memory that any reading found, in bytes. */
                            memory_peak: number;
                            /** @description Since it began to be measured. */
                            seconds: number;
                        };
                        /** @description How much of it was measured. */
                        seconds: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobsForecast: {
        parameters: {
            query: {
                /** @description What people call it. */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobForecast"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLogsByJobId: {
        parameters: {
            query?: {
                /** @description Goes on where a page ended; `tail` and `since` say nothing then. */
                cursor?: string;
                /** @description Lines a page: 100 where nothing is said. */
                limit?: number;
                /** @description Only lines with this text. */
                q?: string;
                /** @description From this time on, oldest first: ISO 8601, or seconds ago. With `tail`, the last of those. */
                since?: string;
                /** @description The last so many lines; `limit`, or 100, where neither this nor `since` nor a cursor is given. */
                tail?: number;
            };
            header?: never;
            path: {
                /** @description The job, `job_20241211_123456_abc123`. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogsPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteLogsByJobId: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The job, `job_20241211_123456_abc123`. */
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            409: components["responses"]["JobActiveOrIdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postLogsCleanup: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CleanupLogs"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CleanedLogs"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsProcess: {
        parameters: {
            query: {
                /** @description The ARN of the task, or its short id. */
                pid: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessUsage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MetricsNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsProcessByPid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The short id of the task: the last part of its ARN. */
                pid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessUsage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MetricsNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsProcessByPidHistory: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description `1m` goes back 24 hours, `1h` 30 days; where none is named, by `from`. */
                resolution?: "1m" | "1h";
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The short id of the task: the last part of its ARN. */
                pid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessUsagePage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MetricsNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsProcessHistory: {
        parameters: {
            query: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description The ARN of the task, or its short id. */
                pid: string;
                /** @description `1m` goes back 24 hours, `1h` 30 days; where none is named, by `from`. */
                resolution?: "1m" | "1h";
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessUsagePage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MetricsNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemUsage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsSystemDetailed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailedUsage"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetricsSystemHistory: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description At this time or later: ISO 8601, in UTC where no offset is named. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description `1m` goes back 24 hours, `1h` 30 days; where none is named, by `from`. */
                resolution?: "1m" | "1h";
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemUsagePage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description It is as it was. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRedoc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It is as it was. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSchedules: {
        parameters: {
            query?: {
                /** @description Where to go on: the last page's `next_cursor`. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulesPage"];
                };
            };
            400: components["responses"]["InvalidParameterOrInvalidCursor"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postSchedules: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSchedule"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleWithRuns"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CommandNotAllowedOrCommandDeniedOrCommandNotFoundOrCommandTooLongOrEnvTooLongOrReservedVariableOrInvalidSizeOrScheduleNeverRunsOrScheduleRefusedOrIdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSchedulesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The schedule, `schedule_20241211_123456_9f86d0`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleWithRuns"];
                };
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSchedulesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The schedule, `schedule_20241211_123456_9f86d0`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchSchedulesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within 24 h, is answered as the first request was, and does nothing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The schedule, `schedule_20241211_123456_9f86d0`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ScheduleChanges"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleWithRuns"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidBodyOrInvalidParameter"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CommandNotAllowedOrCommandDeniedOrCommandNotFoundOrCommandTooLongOrEnvTooLongOrReservedVariableOrInvalidSizeOrScheduleNeverRunsOrScheduleRefusedOrIdempotencyKeyReused"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postWebhookUByToken: {
        parameters: {
            query?: {
                /** @description The TradingView chart to photograph. */
                chart?: string;
            };
            header?: never;
            path: {
                /** @description The user's webhook token. */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ticker": "BTCUSDT",
                 *       "price": "67890.12"
                 *     }
                 */
                "application/json": unknown;
                /** @example BINANCE:BTCUSDT buy at 67890.12 */
                "text/plain": string;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            403: components["responses"]["AddressNotAllowed"];
            404: components["responses"]["WebhookNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            422: components["responses"]["EmptyAlert"];
            429: components["responses"]["QuotaExceededOrRateExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
