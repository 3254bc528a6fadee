/**
 * What a pipeline starts by itself: at times, after another pipeline's run, and over a past interval. A state stands for one pipeline;
 * when it is due stands in the database, and what comes of it is a submission like any other, validated and decided anew.
 *
 * <p>The run of a time has an id that follows from the pipeline and the time, so that a time that fires twice is one run.
 */
package io.barecount.scheduler.schedule;
